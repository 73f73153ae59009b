import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore

struct IdentifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identify", abstract: "Say who is in photographs, or that nobody known is.",
    discussion: "Every face of a photograph is answered, largest first; --largest answers for that one alone.")

  @OptionGroup var shared: SharedOptions
  @Argument(help: "Photographs.") var files: [String]
  @Option(help: "The gallery to search.") var gallery = "default"
  @Option(help: "Candidates to list for each face, 1 to 100.") var candidates: Int32 = 5
  @Option(help: "The wanted share of strangers taken for somebody, between 0 and 1; the daemon's default otherwise.")
  var falsePositiveRate: Double?
  @Option(help: "A squared distance to use as the threshold instead, 0 to 4.") var threshold: Double?
  @OptionGroup var selection: SelectionOptions

  /// Photographs asked about at once: enough to keep two or four cores of a daemon busy.
  private static let window = 4

  func run() async throws {
    var template = Faced_V1_IdentifyRequest()
    template.gallery = "galleries/\(gallery)"
    template.maxCandidates = candidates
    template.selection = selection.selection ?? .all
    if let falsePositiveRate { template.falsePositiveRate = falsePositiveRate }
    if let threshold { template.threshold = threshold }
    let failures = try await shared.withDaemon { [self, template] client in
      try await ask(template, Faced_V1_RecognitionService.Client(wrapping: client))
    }
    if failures > 0 { throw ExitCode(3) }
  }

  /// Asks about a window of files at once and prints the answers in the files' order.
  private func ask(
    _ template: Faced_V1_IdentifyRequest, _ service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: (Int, IdentifyOutput).self) { group in
      var next = 0
      var waiting: [Int: IdentifyOutput] = [:]
      var printed = 0
      var failures = 0
      while printed < files.count {
        while next < files.count, next < printed + Self.window {
          let (index, file) = (next, files[next])
          group.addTask { (index, try await Self.answer(file, template, service)) }
          next += 1
        }
        guard let (index, output) = try await group.next() else { break }
        waiting[index] = output
        while let output = waiting.removeValue(forKey: printed) {
          output.print(json: shared.json)
          if output.error != nil { failures += 1 }
          printed += 1
        }
      }
      return failures
    }
  }

  /// - Throws: when the daemon cannot be asked at all; a photograph that is refused is an answer.
  private static func answer(
    _ file: String, _ template: Faced_V1_IdentifyRequest,
    _ service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> IdentifyOutput {
    switch Photographs.read(file) {
    case .failure(let refusal):
      return IdentifyOutput(file: file, error: ErrorOutput(reason: refusal.reason, message: refusal.message))
    case .success(let bytes):
      var request = template
      request.photo = bytes
      do {
        return IdentifyOutput(file: file, response: try await service.identify(request))
      } catch let error as RPCError where error.code == .invalidArgument || error.code == .resourceExhausted {
        return IdentifyOutput(file: file, error: ErrorOutput(Failure(error)))
      }
    }
  }
}
