import Dispatch
import FaceStore
import FaceTypes
import Synchronization
import TestNumbers

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory that goes with its last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array(("/tmp/faced-store-" + String(repeating: "X", count: 6)).utf8CString)
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

func readFile(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk.prefix(count))
  }
}

func writeFile(_ path: String, _ bytes: [UInt8]) {
  let file = fopen(path, "wb")!
  defer { fclose(file) }
  precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count)
}

/// A clock that the test sets, in milliseconds.
final class ManualClock: Sendable {
  let time = Atomic<Int64>(1_700_000_000_000)
  var now: Int64 { time.load(ordering: .relaxed) }
  func advance(_ milliseconds: Int64) { time.add(milliseconds, ordering: .relaxed) }
}

func gallery(_ name: String) -> GalleryID { try! GalleryID(name) }
func name(_ text: String) -> DisplayName { try! DisplayName(text) }
func model(_ digit: Character) -> ModelID { try! ModelID(hex: String(repeating: digit, count: 64)) }

/// Records the store is quick to make: small, and without an automatic purge unless the test wants it.
func testOptions(clock: ManualClock? = nil, purges: Bool = false) -> StoreOptions {
  var options = StoreOptions()
  options.purgesAutomatically = purges
  options.writeBufferBytes = 256 << 10
  if let clock { options.now = { clock.now } }
  return options
}

func enrolment(
  _ gallery: GalleryID, _ identity: IdentityReference, request: String? = nil, crop: [UInt8]? = nil,
  source: String? = nil, _ embeddings: [(ModelID, Embedding)] = []
) -> Enrolment {
  Enrolment(
    gallery: gallery, identity: identity, requestID: request, crop: crop, source: source,
    box: Box(x: 1, y: -2, width: 30.5, height: 40), score: 1.25, quality: 0.5, embeddings: embeddings)
}

/// The code of the error that `body` throws, or nil when it throws none.
func code(_ body: () async throws -> Void) async -> StoreError.Code? {
  do {
    try await body()
    return nil
  } catch {
    return (error as? StoreError)?.code
  }
}

/// Runs what blocks on a thread that no other test needs.
func onOwnThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "test").async { continuation.resume(with: Result { try body() }) }
  }
}

/// Set once, by one task, for another to see.
final class Flag: Sendable {
  private let value = Atomic(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

extension SeededGenerator {
  mutating func embedding(_ size: Int) -> Embedding {
    let values = (0..<size).map { _ in Float.random(in: -1...1, using: &self) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: values.map { $0 / length })
  }
}
