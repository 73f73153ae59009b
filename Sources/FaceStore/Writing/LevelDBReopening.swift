internal import LevelDB

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Opens a LevelDB database anew after a write has failed, as soon as the disk has room, and the directory is where it was.
///
/// LevelDB keeps an error of its background work for good, and the end of its log may hold half a record; so the only
/// way back is to open it anew.
struct LevelDBReopening: Sendable {
  let gate: ReaderGate
  let directory: String
  let open: @Sendable () throws(StoreError) -> LevelDBEngine

  func callAsFunction() throws(StoreError) {
    if let engine = try? gate.database() as? LevelDBEngine { try engine.requireInPlace() }
    try Files.probe(directory, bytes: try Files.size(ofDirectory: directory, suffix: ".log") + Self.spare)
    try gate.replace { () throws(StoreError) in
      // A purge that is failing lets go of the old database a moment later than the readers.
      for _ in 0..<200 {
        do throws(StoreError) {
          return try open()
        } catch {
          guard error.code == .locked else { throw error }
          usleep(10_000)
        }
      }
      return try open()
    }
  }

  /// Room for the manifest and a new log, besides the old log's content, which becomes a table.
  private static let spare: UInt64 = 512 << 10
}
