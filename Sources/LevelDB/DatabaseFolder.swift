#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The files of a database as they lie in its directory, looked at before LevelDB touches them.
///
/// LevelDB makes a new database wherever the file `CURRENT` is missing, and then deletes every table that its new and
/// empty manifest does not name. It also opens without its log, and leaves out what only the log held. So a partial
/// copy of a database would be emptied; it is refused here instead.
struct DatabaseFolder {
  /// Lists the database's files with their sizes. Written when the database is closed, removed before it is opened: a
  /// database that has one was closed in order and must be whole.
  static let seal = "SEAL"

  let path: String
  /// Names of the directory's entries, in order.
  let names: [String]

  init(_ path: String) throws(LevelDBError) {
    self.path = path
    guard let directory = opendir(path) else { throw Self.failure("list", path) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    self.names = names.sorted()
  }

  /// Whether a database is here; without one, whether a new one may be made.
  ///
  /// - Throws: `corruption` when a part of a database is here, `invalidArgument` when other files are.
  func holdsDatabase() throws(LevelDBError) -> Bool {
    guard names.contains("CURRENT") else {
      // What a crash leaves that comes while the first database is made here.
      let unfinished: Set = ["LOCK", "LOG", "LOG.old", "MANIFEST-000001", "000001.dbtmp"]
      let others = names.filter { !unfinished.contains($0) }
      if let part = others.first(where: Self.isPartOfDatabase) {
        throw missing("CURRENT", beside: part)
      }
      guard let other = others.first else { return false }
      throw LevelDBError(
        code: .invalidArgument, message: "\(path) holds '\(other)', which is not a database's; choose an empty folder")
    }
    // The first manifest is in use only until the first log is made.
    if current != "MANIFEST-000001", !names.contains(where: { $0.hasSuffix(".log") }) {
      throw missing("the log (a file named *.log)", beside: "CURRENT")
    }
    return true
  }

  private var current: String? {
    guard let bytes = try? contents("CURRENT") else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private static func isPartOfDatabase(_ name: String) -> Bool {
    name == seal || name.hasPrefix("MANIFEST-") || [".ldb", ".sst", ".log"].contains { name.hasSuffix($0) }
  }

  private func missing(_ what: String, beside part: String) -> LevelDBError {
    LevelDBError(
      code: .corruption,
      message: "\(path) holds a part of a database ('\(part)'), but \(what) is missing. Nothing was changed: put the "
        + "missing file back, or restore the whole folder")
  }

  /// Compares the directory with its seal, and breaks the seal.
  ///
  /// - Throws: `corruption`, with the seal left in place, when a file has gone or has another size.
  func breakSeal() throws(LevelDBError) {
    guard names.contains(Self.seal) else { return }
    let lines = String(decoding: try contents(Self.seal), as: UTF8.self).split(separator: "\n")
    // A seal that is cut short says nothing.
    if lines.last == "end" {
      for line in lines.dropLast() {
        let fields = line.split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let size = Int(fields[0]) else { continue }
        let name = String(fields[1])
        guard let found = fileSize(name) else { throw missing("the file \(name)", beside: "CURRENT") }
        guard found == size else {
          throw LevelDBError(
            code: .corruption,
            message:
              "the file \(path)/\(name) has \(found) bytes and had \(size) when the database was closed. Nothing "
              + "was changed: restore the whole folder")
        }
      }
    }
    guard unlink("\(path)/\(Self.seal)") == 0 else { throw Self.failure("remove the seal of", path) }
    syncDirectory()
  }

  /// Writes the seal of a database that was just closed.
  func writeSeal() {
    let sealed = names.filter { $0 == "CURRENT" || Self.isPartOfDatabase($0) }
    var text = ""
    for name in sealed { if let size = fileSize(name) { text += "\(size) \(name)\n" } }
    text += "end\n"
    let file = open("\(path)/\(Self.seal)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(text.utf8)
    // One that could not be written whole must not stand: it would refuse what is right.
    if write(file, bytes, bytes.count) != bytes.count || fsync(file) != 0 { unlink("\(path)/\(Self.seal)") }
  }

  private func fileSize(_ name: String) -> Int? {
    var status = stat()
    guard stat("\(path)/\(name)", &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  private func contents(_ name: String) throws(LevelDBError) -> [UInt8] {
    let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.failure("read", "\(path)/\(name)") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure("read", "\(path)/\(name)") }
      if count == 0 { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  private func syncDirectory() {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return }
    fsync(directory)
    close(directory)
  }

  private static func failure(_ what: String, _ path: String) -> LevelDBError {
    LevelDBError(code: .io, message: "cannot \(what) \(path): \(String(cString: strerror(errno)))")
  }
}
