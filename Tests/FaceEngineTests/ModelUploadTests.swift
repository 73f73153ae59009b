import FaceEngine
import FaceTypes
import Testing

/// Model files on their way to the daemon.
@Suite struct ModelUploadTests {
  private typealias Pieces = AsyncThrowingStream<ModelPiece, any Error>

  private func piece(_ count: Int, label: String = "") -> ModelPiece {
    ModelPiece(label: label, bytes: [UInt8](repeating: 7, count: count))
  }

  private func reason(_ body: () async throws -> Void) async -> String? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? EngineError)?.reason.rawValue
    }
  }

  @Test func piecesBecomeOneFile() async throws {
    let uploads = ModelUploads(limit: 100)
    let (pieces, sending) = Pieces.makeStream()
    sending.yield(ModelPiece(label: "first", preset: "sface", bytes: [UInt8](repeating: 7, count: 40)))
    for (count, label) in [(0, ""), (60, "second")] { sending.yield(piece(count, label: label)) }
    sending.finish()
    let (label, preset, bytes) = try await uploads.receive(pieces)
    #expect(label == "first" && preset == "sface" && bytes == [UInt8](repeating: 7, count: 100))
  }

  @Test func aFileThatIsTooLargeIsRefused() async {
    let uploads = ModelUploads(limit: 100)
    let (pieces, sending) = Pieces.makeStream()
    sending.yield(piece(101))
    #expect(await reason { _ = try await uploads.receive(pieces) } == "INVALID_ARGUMENT")
  }

  /// Held files leave no room for another; one that falls silent, or whose client goes, gives its room back.
  @Test(.timeLimit(.minutes(5))) func heldFilesShareOneFilesMemory() async throws {
    let uploads = ModelUploads(limit: 100, silence: .seconds(1))
    let (held, holding) = Pieces.makeStream()
    holding.yield(piece(80))
    async let silent = reason { _ = try await uploads.receive(held) }
    while uploads.bytesInFlight < 80 { try await Task.sleep(for: .milliseconds(1)) }
    let (other, sendingOther) = Pieces.makeStream()
    sendingOther.yield(piece(30))
    #expect(await reason { _ = try await uploads.receive(other) } == "UPLOADS_FULL")
    #expect(await silent == "UPLOAD_SILENT")

    let (gone, going) = Pieces.makeStream()
    going.yield(piece(80))
    going.finish(throwing: CancellationError())
    await #expect(throws: CancellationError.self) { _ = try await uploads.receive(gone) }
    #expect(uploads.bytesInFlight == 0)
    let (last, sending) = Pieces.makeStream()
    sending.yield(piece(100))
    sending.finish()
    #expect(try await uploads.receive(last).bytes.count == 100)
  }
}
