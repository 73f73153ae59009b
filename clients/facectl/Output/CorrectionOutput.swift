import FaceAPI
import GRPCCore

/// A correction as it is printed.
struct CorrectionOutput: Encodable {
  let change: Int
  let kind: String
  let state: String
  let created: String
  let from: String
  let into: String
  let faces: Int64

  init(_ change: Faced_V1_Change) {
    self.change = Int(change.name.lastSegment) ?? 0
    kind =
      switch change.kind {
      case .merge: "merge"
      case .split: "split"
      case .move: "move"
      case .rename: "rename"
      default: "unknown"
      }
    state =
      switch change.state {
      case .inForce: "in force"
      case .undone: "undone"
      case .erased: "erased"
      default: "unknown"
      }
    created = change.createTime.iso8601
    from = change.fromDisplayName.isEmpty ? "#" + change.from.lastSegment : change.fromDisplayName
    into = change.intoDisplayName.isEmpty ? "#" + change.into.lastSegment : change.intoDisplayName
    faces = change.faceCount
  }

  /// Asks for a correction and prints what it did.
  static func run(
    _ shared: SharedOptions,
    _ call:
      @Sendable @escaping (Faced_V1_CorrectionService.Client<DeadlineTransport>) async throws ->
      Faced_V1_CorrectionResponse
  ) async throws {
    let response = try await shared.withDaemon { client in try await call(.init(wrapping: client)) }
    let output = CorrectionOutput(response.change)
    if shared.json { return Terminal.printJSON(output) }
    let faces = "'\(response.identity.displayName)' has \(response.identity.faceCount) faces now"
    Terminal.print(
      response.change.state == .undone
        ? "change \(output.change) is undone; \(faces)"
        : "\(faces); `facectl undo \(output.change)` takes it back")
  }
}
