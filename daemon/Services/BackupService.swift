import BackupFile
import FaceAPI
import FaceEngine
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct BackupService: Faced_V1_BackupService.SimpleServiceProtocol {
  let engine: FaceEngine

  /// A client that takes no more bytes for so long is given up: the backup holds up purges.
  private static let patience = DispatchTimeInterval.seconds(60)

  func createBackup(
    request: Faced_V1_CreateBackupRequest, response: RPCWriter<Faced_V1_BackupChunk>, context: ServerContext
  ) async throws {
    try await answering {
      let channel = BoundedChannel<[UInt8]>(places: 4, patience: Self.patience)
      async let made: Void = Blocking.run { [engine, wantsKeys = request.keys] in
        var writer = BackupWriter()
        defer { channel.finish() }
        let sink: (BackupFrame) throws -> Void = { frame in
          guard channel.put(writer.bytes(of: frame)) else {
            throw Failure(
              code: .cancelled, reason: .backupNotTaken, message: "the client took no more bytes of the backup")
          }
        }
        if wantsKeys { try engine.backupKeys(sink) } else { try engine.backup(sink) }
      }
      defer { channel.abandon() }
      for await bytes in channel.values {
        try await response.write(.with { $0.data = Data(bytes) })
        channel.took()
      }
      try await made
    }
  }
}
