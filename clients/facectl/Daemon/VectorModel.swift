import FaceAPI
import FaceTypes
import GRPCCore

/// The daemon's model, as whose vectors those of a file are taken.
struct VectorModel: Sendable {
  /// `models/{sha256}`.
  let name: String
  /// Components of a vector.
  let dimension: Int

  /// - Parameter wanted: the model that made the vectors, or the beginning of its id, as typed; nil where nobody says it.
  /// - Throws: `MODEL_MISMATCH` where another one is active.
  static func active(_ client: GRPCClient<some ClientTransport>, wanted: String?) async throws -> VectorModel {
    // Whoever may identify may ask for this; the list of models needs another scope.
    let status = try await Faced_V1_ServerService.Client(wrapping: client).getServerStatus(.init())
    let active = VectorModel(name: status.activeModel, dimension: Int(status.vectorSize))
    if let wanted, wanted.lastSegment.count < 6 || !active.name.lastSegment.hasPrefix(wanted.lastSegment) {
      throw Failure(
        code: .failedPrecondition, reason: .modelMismatch,
        message: "the vectors are of model \(wanted), and \(active.name) is active here; embed them again with it")
    }
    return active
  }
}
