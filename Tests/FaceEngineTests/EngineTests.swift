import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import Testing

/// The verbs in this process, with a detector that finds faces where they were drawn.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EngineTests {
  @Test func whoIsEnrolledIsIdentifiedVerifiedAndForgotten() async throws {
    let harness = EngineHarness()
    defer { harness.remove() }
    try await harness.run { engine in
      for person in 1...4 as ClosedRange<UInt64> {
        for number in 0..<2 as Range<UInt64> {
          let result = try await harness.enroll(engine, "person \(person)", EngineHarness.photo(of: person, number))
          #expect(result.faces.count == 1 && result.createdIdentity == (number == 0))
        }
      }
      let again = try await harness.enroll(engine, "person 1", EngineHarness.photo(of: 1, 0))
      #expect(again.alreadyEnrolled && again.faces.count == 1)

      let answer = try await harness.identify(engine, EngineHarness.photo(of: 3, 5))
      let nearest = try #require(answer.candidates.first)
      #expect(nearest.identity.name.text == "person 3")
      #expect(answer.candidates.count == 4 && answer.candidates[1].distance > nearest.distance)

      let claim = VerifyRequest.Claim.identity(harness.gallery, .named(try DisplayName("person 2")))
      let own = try await engine.verify(VerifyRequest(photo: EngineHarness.photo(of: 2, 6), claim: claim))
      let other = try await engine.verify(VerifyRequest(photo: EngineHarness.photo(of: 4, 6), claim: claim))
      #expect(own.distance < other.distance)

      try await engine.deleteIdentity(harness.gallery, .named(try DisplayName("person 3")))
      let after = try await harness.identify(engine, EngineHarness.photo(of: 3, 5))
      #expect(after.candidates.allSatisfy { $0.identity.name.text != "person 3" })
    }
    // Everything is there again after a start.
    try await harness.run { engine in
      #expect(try engine.statistics().identities == 3)
      let answer = try await harness.identify(engine, EngineHarness.photo(of: 1, 7))
      #expect(answer.candidates.first?.identity.name.text == "person 1")
    }
  }

  @Test func whatIsNoFaceOrNotOneHasItsReason() async throws {
    let harness = EngineHarness()
    defer { harness.remove() }
    try await harness.run { engine in
      let nobody = try EngineHarness.grey(width: 40, height: 40)
      let two = try EngineHarness.grey(width: 400, height: 200)
      #expect(await harness.reason { _ = try await harness.enroll(engine, "Ada", nobody) } == "NO_FACE")
      #expect(await harness.reason { _ = try await harness.enroll(engine, "Ada", two) } == "SEVERAL_FACES")
      #expect(await harness.reason { _ = try await harness.enroll(engine, "Ada", [1, 2, 3]) } == "NOT_AN_IMAGE")
      #expect(await harness.reason { _ = try await harness.identify(engine, nobody) } == "NO_FACE")
      #expect(try engine.statistics().identities == 0)
      let claim = VerifyRequest.Claim.identity(harness.gallery, .named(try DisplayName("Ada")))
      let photo = try EngineHarness.photo(of: 1)
      let reason = await harness.reason { _ = try await engine.verify(VerifyRequest(photo: photo, claim: claim)) }
      #expect(reason == "IDENTITY_NOT_FOUND")
    }
  }

  @Test func aReindexMovesEverybodyAndGoesBack() async throws {
    let harness = EngineHarness()
    defer { harness.remove() }
    try await harness.run { engine in
      for person in 1...3 as ClosedRange<UInt64> {
        for number in 0..<2 as Range<UInt64> {
          _ = try await harness.enroll(engine, "person \(person)", EngineHarness.photo(of: person, number))
        }
      }
      let before = engine.activeModel
      let file = try Data(contentsOf: URL(fileURLWithPath: EngineHarness.model("small")))
      let added = try await engine.addModel([UInt8](file), label: "small")
      #expect(await harness.reason { _ = try await engine.startReindex(to: before.hex) } == "ALREADY_ACTIVE")
      try await finished(try await engine.startReindex(to: added.record.id.hex), engine)
      let answer = try await harness.identify(engine, EngineHarness.photo(of: 2, 4))
      #expect(answer.candidates.first?.identity.name.text == "person 2" && answer.candidates.count == 3)
      try await finished(try await engine.rollBackReindex(), engine)
      #expect(engine.activeModel == before)
    }
  }

  /// The call that starts or resumes a job has a deadline, and the job goes on after it.
  @Test func aReindexOutlivesTheCallThatResumedIt() async throws {
    let harness = EngineHarness()
    defer { harness.remove() }
    try await harness.run { engine in
      for person in 1...40 as ClosedRange<UInt64> {
        _ = try await harness.enroll(engine, "person \(person)", EngineHarness.photo(of: person))
      }
      let file = try Data(contentsOf: URL(fileURLWithPath: EngineHarness.model("small")))
      let added = try await engine.addModel([UInt8](file), label: "small")
      let job = try await engine.startReindex(to: added.record.id.hex)
      _ = try await engine.pauseReindex(job.id.value)
      #expect(try engine.reindexJob(job.id.value).done < 40, "paused before there was nothing left to embed")
      try await RequestDeadline.$current.withValue(.now - .seconds(1)) {
        _ = try await engine.resumeReindex(job.id.value)
      }
      try await finished(job, engine)
    }
  }

  private func finished(_ job: JobRecord, _ engine: FaceEngine) async throws {
    let limit = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < limit {
      let state = try engine.reindexJob(job.id.value).state
      // The switch is durable a moment before it is seen.
      if state == .completed, engine.activeModel == job.to { return }
      // Few people are seen otherwise by another model often enough for it to ask.
      if state == .awaitingDecision { _ = try await engine.resumeReindex(job.id.value) }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the reindex did not end: \(try engine.reindexJob(job.id.value))")
  }
}
