import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

struct EnrollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll",
    abstract: "Enroll identities from photographs.",
    discussion: """
      PATHS are JPEG or PNG files, or folders. With --identity every picture shows that person; without it a folder \
      holds one sub-folder for each identity, named like it.

      Running the same command again enrolls nothing twice: photographs that are enrolled already are counted as such.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "Photographs, or folders of them.") var paths: [String]
  @Option(help: "Whom all of PATHS show; created where the gallery has nobody of that name.") var identity: String?
  @Option(help: "The gallery to enroll into.") var gallery = "default"
  @OptionGroup var selection: SelectionOptions
  @Flag(help: "Enroll photographs again that were enrolled in the last seven days, even if deleted since.")
  var again = false

  func run() async throws {
    let photographs = try Photographs.collect(paths, identity: identity)
    let summary = try await shared.withDaemon { [self] client in
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      return try await send(photographs, over: service)
    }
    summary.print(json: shared.json)
    if !summary.isComplete { throw ExitCode(3) }
  }

  /// Streams every photograph and gathers the answers, which come in any order.
  private func send(
    _ photographs: [Photograph], over service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> EnrollSummary {
    let salt = again ? UUID().uuidString : ""
    let state = Mutex(Progress(photographs: photographs, isShown: !shared.json))
    let template = Faced_V1_EnrollRequest.with {
      $0.gallery = "galleries/\(gallery)"
      $0.selection = selection.selection ?? .single
    }
    try await service.enrollStream { writer in
      for (index, photograph) in photographs.enumerated() {
        switch Photographs.read(photograph.path) {
        case .failure(let refusal):
          state.withLock { $0.refuse(index, refusal) }
        case .success(let bytes):
          var request = template
          request.displayName = photograph.identity
          request.photo = bytes
          request.source = String(URL(fileURLWithPath: photograph.path).lastPathComponent.prefix(60))
          request.requestID = RequestID.of(
            photograph.identity, gallery: gallery, selection: template.selection, salt: salt, bytes)
          state.withLock { $0.sent(index, request.requestID) }
          try await writer.write(request)
        }
      }
    } onResponse: { response in
      for try await message in response.messages {
        state.withLock { $0.answered(message) }
      }
    }
    return state.withLock { $0.finish() }
  }
}

/// What is known of a running enrolment.
private struct Progress {
  private var summary: EnrollSummary
  private var bar: ProgressBar
  private var indices: [String: [Int]] = [:]
  private let photographs: [Photograph]
  private var done = 0

  init(photographs: [Photograph], isShown: Bool) {
    self.photographs = photographs
    summary = EnrollSummary(photographs: photographs.count)
    bar = ProgressBar(total: photographs.count, unit: "photos", isShown: isShown)
  }

  mutating func sent(_ index: Int, _ requestID: String) { indices[requestID, default: []].append(index) }

  mutating func refuse(_ index: Int, _ refusal: Refusal) {
    summary.refused.append(
      .init(file: photographs[index].path, reason: refusal.reason, message: refusal.message))
    advance()
  }

  mutating func answered(_ message: Faced_V1_EnrollStreamResponse) {
    guard let index = indices[message.requestID]?.popLast() else { return }
    switch message.result {
    case .enrolled(let enrolled): summary.add(enrolled)
    case .problem(let problem):
      return refuse(index, Refusal(reason: problem.reason, message: problem.message))
    case nil:
      return refuse(index, Refusal(reason: "NO_ANSWER", message: "the daemon's answer was empty"))
    }
    advance()
  }

  mutating func finish() -> EnrollSummary {
    bar.finish()
    for index in indices.values.joined() {
      summary.refused.append(
        .init(file: photographs[index].path, reason: "NO_ANSWER", message: "the stream ended before an answer came"))
    }
    return summary
  }

  private mutating func advance() {
    done += 1
    bar.update(done: done, note: summary.refused.isEmpty ? "" : "\(summary.refused.count) refused")
  }
}
