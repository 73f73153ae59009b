import Foundation
import Synchronization
import Testing

/// Faces of several calls that are embedded together.
@Suite(.serialized) struct BatchTests {
  /// What a daemon answers about photographs of people of whom it has one each, and in how many batches it embedded them.
  private struct Answers {
    /// By file, each face's distances.
    let distances: [String: [[Double]]]
    let batches: Double
    let pictures: Double

    init(of folder: String, _ arguments: [String]) throws {
      let daemon = try DaemonProcess(
        data: try TemporaryFolder(), arguments: ["--workers", "1", "--metrics-address", "127.0.0.1:0"] + arguments)
      // One picture of each: a template is a sum, whose last bit depends on the order of its faces.
      for person in 0..<BatchTests.people {
        let enrolled = try daemon.facectl(["enroll", "\(folder)/p\(person)/0.jpg", "--identity", "p\(person)"])
        #expect(enrolled.status == 0, "\(enrolled.errors)")
      }
      // Several ask at a time, so that photographs wait, whatever else the machine does.
      let asked = Mutex<[[Identified]]>([])
      let question = ["--address", daemon.address, "identify", "--json", folder]
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        guard let answers = try? DaemonProcess.run("facectl", question).objects(Identified.self) else { return }
        asked.withLock { $0.append(answers) }
      }
      #expect(asked.withLock { $0.count } == 4)
      let answers = try #require(asked.withLock { $0.first })
      distances = Dictionary(
        uniqueKeysWithValues: answers.map { ($0.file, $0.faces.map { $0.candidates.map(\.distance) }) })
      let address = daemon.announced["metrics"] ?? ""
      let text = try String(contentsOf: try #require(URL(string: "http://\(address)/metrics")), encoding: .utf8)
      func number(_ name: String) throws -> Double {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
        return try #require(line.split(separator: " ").last.flatMap { Double($0) })
      }
      batches = try number("faced_embedding_batch_count")
      pictures = try number("faced_embedding_batch_sum")
      #expect(daemon.stop() == 0)
    }
  }

  private static let people = 6

  @Test func aBatchGivesWhatSingleRunsGive() throws {
    let work = try TemporaryFolder()
    let folder = try work.gallery(people: Self.people, pictures: 4)
    let together = try Answers(of: folder, ["--batch-size", "8", "--batch-wait", "2000"])
    let alone = try Answers(of: folder, ["--batch-size", "1"])
    #expect(alone.distances.count == 24 && alone.distances.values.allSatisfy { $0.first?.isEmpty == false })
    #expect(alone.batches == alone.pictures)
    #expect(together.pictures == alone.pictures && together.batches < alone.batches)
    #expect(together.distances == alone.distances)
  }
}
