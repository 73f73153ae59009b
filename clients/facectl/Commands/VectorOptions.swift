import ArgumentParser
import GRPCCore

/// Vectors in place of photographs.
struct VectorOptions: ParsableArguments {
  @Option(help: "A .npy file of vectors in place of photographs: float32, one of length 1 in each row.")
  var vectors: String?
  @Option(help: "The model that made --vectors, as `facectl model list` shows it; otherwise the daemon's active one.")
  var model: String?

  /// - Parameters:
  ///   - isAlone: whether no photographs are given.
  ///   - advice: what to give.
  func check(without isAlone: Bool, _ advice: String) throws {
    guard isAlone == (vectors != nil) else { throw ValidationError(advice) }
    guard model == nil || vectors != nil else { throw ValidationError("--model says what made --vectors") }
  }

  /// The rows of the file, and the daemon's model, which made them; nil without a file.
  ///
  /// - Throws: what is wrong with the file; `MODEL_MISMATCH`.
  func rows(_ client: GRPCClient<some ClientTransport>) async throws -> (rows: [[Float]], model: String)? {
    guard let vectors else { return nil }
    let active = try await VectorModel.active(client, wanted: model)
    do throws(TransferError) {
      let file = try NPYFile(vectors)
      try file.check(dimension: active.dimension)
      var rows: [[Float]] = []
      for row in 0..<file.header.rows { rows.append(try file.row(row)) }
      return (rows, active.name)
    } catch {
      throw error.failure
    }
  }
}
