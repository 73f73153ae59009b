import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether a photograph shows a claimed identity, or two show one person.",
    discussion: """
      Ends with 0 when the claim holds, 4 when it does not, and 3 when a photograph is refused. With --vectors a .npy file \
      with one row stands in place of the photograph.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "The photograph.") var file: String?
  @OptionGroup var table: VectorOptions
  @OptionGroup var smallest: MinimumFaceOption
  @Argument(help: "A second photograph to compare with.") var otherFile: String?
  @Option(help: "The claimed identity, by name or by number as #124.") var identity: String?
  @Option(help: "The gallery of that identity.") var gallery = "default"
  @Option(help: "The false accept rate: the share of wrong claims accepted, between 0 and 1. [the daemon's default]")
  var falseAcceptRate: Double?
  @Flag(help: "Take the largest face where a photograph shows several.") var largest = false

  private struct Output: Encodable {
    let verified: Bool
    let distance: Double
    let threshold: Double
    let model: String
    let warnings: [WarningOutput]
  }

  func validate() throws {
    try table.check(without: file == nil, "give a photograph, or --vectors FILE.npy")
    if identity != nil, otherFile != nil {
      throw ValidationError("give either a second photograph or --identity")
    }
    guard identity != nil || otherFile != nil else {
      throw ValidationError("give what to compare with: --identity NAME, or a second photograph")
    }
    if let falseAcceptRate, !(falseAcceptRate > 0 && falseAcceptRate < 1) {
      throw ValidationError("--false-accept-rate must be between 0 and 1")
    }
  }

  func run() async throws {
    let claimed = try identity.map { try IdentityReference(typed: $0) }
    let response = try await shared.withDaemon { [self] client in
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      var request = Faced_V1_VerifyRequest()
      request.gallery = ResourceName.gallery(gallery)
      if let file { request.photo = try read(file, limit) }
      if let probe = try await table.rows(client) {
        guard probe.rows.count == 1 else {
          throw CommandFailure.usage("one vector is verified at a time, and the file has \(probe.rows.count) rows")
        }
        (request.vector.values, request.model) = (probe.rows[0], probe.model)
      }
      request.selection = largest ? .largest : .single
      if let face = smallest.message { request.minimumFace = face }
      if let falseAcceptRate { request.falseAcceptRate = falseAcceptRate }
      switch claimed {
      case .named(let name): request.displayName = name.text
      case .id(let id): request.identity = ResourceName.identity(id, in: gallery)
      case nil: break
      }
      if let otherFile { request.otherPhoto = try read(otherFile, limit) }
      return try await verify(request, Faced_V1_RecognitionService.Client(wrapping: client))
    }
    let warnings = response.warnings.map(WarningOutput.init)
    if shared.json {
      Terminal.printJSON(
        Output(
          verified: response.verified, distance: response.distance, threshold: response.threshold,
          model: response.model, warnings: warnings))
    } else {
      warnings.note([file, otherFile].compactMap(\.self).joined(separator: ", "))
      let relation = response.verified ? "≤" : ">"
      Terminal.print(
        (response.verified ? "verified" : "not verified")
          + String(format: "  (distance %.3f %@ %.3f)", response.distance, relation, response.threshold))
    }
    if !response.verified { throw Ending.notVerified.code }
  }

  /// A photograph that is refused is what it is elsewhere: not a failed call.
  private func verify(
    _ request: Faced_V1_VerifyRequest, _ service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> Faced_V1_VerifyResponse {
    do {
      return try await PhotographQuestions.patiently { try await service.verify(request) }
    } catch let error as RPCError where Failure(error).isAboutThePhotograph {
      let failure = Failure(error)
      throw CommandFailure(
        code: "\(failure.code)", reason: failure.reason, message: failure.message, ending: .someRefused)
    }
  }

  private func read(_ path: String, _ limit: Int) throws(CommandFailure) -> Data {
    switch PhotographFile.read(RawPath(path), limit: limit) {
    case .success(let data): return data
    case .failure(let refusal): throw .file(path, refusal)
    }
  }
}
