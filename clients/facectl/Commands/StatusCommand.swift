import ArgumentParser
import FaceAPI
import Foundation

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how the daemon is.")

  @OptionGroup var shared: SharedOptions

  private struct Output: Encodable {
    let version: String
    let started: String
    let model: String
    let galleries: Int64
    let identities: Int64
    let faces: Int64
    let storeBytes: Int64
    let falsePositiveRate: Double
    let kernels: String
    let writeRefusal: String?

    private enum CodingKeys: String, CodingKey {
      case version, started, model, galleries, identities, faces, kernels
      case writeRefusal = "write_refusal", storeBytes = "store_bytes", falsePositiveRate = "false_positive_rate"
    }
  }

  func run() async throws {
    let status = try await shared.withDaemon { client in
      try await Faced_V1_ServerService.Client(wrapping: client).getServerStatus(.init())
    }
    let address = try shared.daemonAddress
    let output = Output(
      version: status.version, started: status.startTime.iso8601, model: status.activeModel.lastSegment,
      galleries: status.galleryCount, identities: status.identityCount, faces: status.faceCount,
      storeBytes: status.storeBytes, falsePositiveRate: status.falsePositiveRate, kernels: status.kernels,
      writeRefusal: status.writeRefusal.isEmpty ? nil : status.writeRefusal)
    if shared.json { return Terminal.printJSON(output) }
    Terminal.printTable(
      ["WHAT", "VALUE"],
      (output.writeRefusal.map { [["changes", "refused: \($0)"]] } ?? []) + [
        ["daemon", "faced \(output.version) at \(address), since \(output.started)"],
        ["enrolled", "\(output.faces) faces of \(output.identities) identities in \(output.galleries) galleries"],
        ["model", String(output.model.prefix(12))],
        ["store", "\(output.storeBytes >> 10) KiB"],
        ["strangers accepted", "at most \(String(format: "%g", output.falsePositiveRate * 100)) % wanted"],
        ["kernels", output.kernels],
      ])
  }
}
