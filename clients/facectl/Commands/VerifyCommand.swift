import ArgumentParser
import FaceAPI
import Foundation

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether a photograph shows a claimed identity, or two show one person.",
    discussion: "Ends with 0 when the claim holds and 4 when it does not.")

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The photograph.") var file: String
  @Argument(help: "A second photograph to compare with.") var otherFile: String?
  @Option(help: "The claimed identity: its name or number.") var identity: String?
  @Option(help: "The gallery of that identity.") var gallery = "default"
  @Option(help: "The wanted share of wrong claims accepted, between 0 and 1; the daemon's default otherwise.")
  var falseAcceptRate: Double?
  @Flag(help: "Take the largest face where a photograph shows several.") var largest = false

  private struct Output: Encodable {
    let verified: Bool
    let distance: Double
    let threshold: Double
    let model: String
  }

  func validate() throws {
    guard (identity == nil) != (otherFile == nil) else {
      throw ValidationError("say what to compare with: --identity NAME, or a second photograph")
    }
  }

  func run() async throws {
    var request = Faced_V1_VerifyRequest()
    request.gallery = "galleries/\(gallery)"
    request.photo = try read(file)
    request.selection = largest ? .largest : .single
    if let falseAcceptRate { request.falseAcceptRate = falseAcceptRate }
    if let identity { request.identity = "galleries/\(gallery)/identities/\(identity)" }
    if let otherFile { request.otherPhoto = try read(otherFile) }
    let response = try await shared.withDaemon { [request] client in
      try await Faced_V1_RecognitionService.Client(wrapping: client).verify(request)
    }
    if shared.json {
      Terminal.printJSON(
        Output(
          verified: response.verified, distance: response.distance, threshold: response.threshold,
          model: response.model))
    } else {
      let relation = response.verified ? "≤" : ">"
      print(
        (response.verified ? "verified" : "not verified")
          + String(format: "  (distance %.3f %@ %.3f)", response.distance, relation, response.threshold))
    }
    if !response.verified { throw ExitCode(4) }
  }

  private func read(_ path: String) throws -> Data {
    switch Photographs.read(path) {
    case .success(let data): return data
    case .failure(let refusal): throw ValidationError("\(path): \(refusal.message)")
    }
  }
}
