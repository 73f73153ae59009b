import ArgumentParser
import FaceStore
import Foundation

/// `faced store copy --from STORE --to STORE`
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Move a store between a folder and a PostgreSQL database.",
    subcommands: [Copy.self])

  struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy everything to a place without a store, and compare both sides.",
      discussion: """
        A store is leveldb:DIR, a data folder, or postgres://USER@HOST:PORT/DB. No daemon may run on either. A copy that was \
        cut off goes on where it was when it is started again. Models' files come along; tokens, audit log and retention \
        policies are a daemon's own and stay.
        """)

    @Option(help: "The store to copy.") var from: String
    @Option(help: "Where to copy it to.") var to: String
    @Flag(help: "Print one JSON object.") var json = false

    private struct Output: Encodable {
      let galleries: UInt64
      let faces: UInt64
      let records: UInt64
      let resumed: UInt64
      let bytes: UInt64
      let modelFiles: Int
      let sha256: String
    }

    func run() async throws {
      let isTold = isatty(STDERR_FILENO) == 1
      try await Offline.run {
        let copied = try StoreCopy.run(from: try StoreLocation(from), to: try StoreLocation(to)) {
          records throws(StoreError) in
          if isTold { FileHandle.standardError.write(Data("\r\(records) records".utf8)) }
        }
        if isTold { FileHandle.standardError.write(Data("\r".utf8)) }
        guard json else {
          return print(
            "copied \(copied.faces) faces of \(copied.galleries) galleries, \(copied.records) records"
              + (copied.resumed > 0 ? " in addition to \(copied.resumed) left by an earlier copy" : "")
              + ", \(copied.bytes) bytes, \(copied.modelFiles) models; both sides have the SHA-256 \(copied.digest)")
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        let output = Output(
          galleries: copied.galleries, faces: copied.faces, records: copied.records, resumed: copied.resumed,
          bytes: copied.bytes, modelFiles: copied.modelFiles, sha256: copied.digest)
        print(String(decoding: try encoder.encode(output), as: UTF8.self))
      }
    }
  }
}
