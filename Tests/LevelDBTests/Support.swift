import LevelDB

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory that goes with its last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array(("/tmp/faced-leveldb-" + String(repeating: "X", count: 6)).utf8CString)
    path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit { remove(path) }

  private func remove(_ path: String) {
    for name in fileNames(in: path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
    rmdir(path)
  }
}

func fileNames(in path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Changes one byte in the middle of a file.
func damage(_ path: String) {
  let file = fopen(path, "r+b")!
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let middle = ftell(file) / 2
  fseek(file, middle, SEEK_SET)
  let byte = fgetc(file)
  fseek(file, middle, SEEK_SET)
  fputc(byte ^ 0x55, file)
}

/// Every entry of a range, in order.
func entries(_ database: Database, _ range: KeyRange = .all, _ snapshot: Snapshot? = nil) throws -> [[[UInt8]]] {
  var cursor = database.cursor(range, snapshot: snapshot)
  var found: [[[UInt8]]] = []
  while try cursor.next() { found.append([cursor.key, cursor.value]) }
  return found
}
