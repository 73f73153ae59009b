internal import Crypto
internal import FaceTypes
internal import Foundation
internal import LevelDB

/// What a copy of a whole store has copied.
package struct StoreCopied: Sendable {
  package internal(set) var records: UInt64 = 0
  package internal(set) var bytes: UInt64 = 0
  /// Records that an earlier, unfinished copy had left there.
  package internal(set) var resumed: UInt64 = 0
  package internal(set) var faces: UInt64 = 0
  package internal(set) var galleries: UInt64 = 0
  package internal(set) var modelFiles = 0
  /// SHA-256 of all records, keys and values in the order of keys: the same on both sides.
  package internal(set) var digest = ""
}

/// Copies a store, whatever keeps it, to where there is none yet. No daemon may use either.
///
/// What is copied is noted with every batch, so that a copy that was cut off goes on where it was. At the end both sides are read,
/// and the count and checksum of every kind of record are compared; only then the copy gets its header, without which it is not a
/// store.
package struct StoreCopy {
  private let source: any RecordEngine
  private let target: any RecordEngine
  private let progress: (UInt64) throws(StoreError) -> Void
  private var copied = StoreCopied()

  private static let batchBytes = 4 << 20
  private static let batchRecords = 5_000
  /// Kinds in the order of their keys, but for the header, which goes last, and what belongs to one place.
  private static let kinds = KeyKind.allCases.sorted { $0.rawValue < $1.rawValue }
    .filter { $0 != .header && $0 != .copying && !KeyKind.ofSharing.contains($0.rawValue) }

  /// - Parameter progress: is told the number of records now and then; what it throws ends the copy, which can be gone on with.
  /// - Throws: `alreadyExists` where the target holds a store; `locked` where a daemon has a folder open; `unavailable`,
  ///   `corruption`.
  package static func run(
    from: StoreLocation, to: StoreLocation, progress: @escaping (UInt64) throws(StoreError) -> Void
  ) throws(StoreError) -> StoreCopied {
    let source = try open(from)
    let work = try Work(to)
    var copy = StoreCopy(source: source, target: try work.open(), progress: progress)
    guard let header = try source.present.value(Key.header) else {
      throw StoreError(.notFound, "there is no store in \(from)")
    }
    guard try HeaderRecord(header).schema == Schema.current.version else {
      throw StoreError(
        .failedPrecondition, "the store in \(from) is of an earlier faced; start this faced on it once first")
    }
    guard try copy.target.present.value(Key.header) == nil else {
      throw StoreError(.alreadyExists, "there is a store in \(to) already; choose a place without one")
    }
    try copy.copyRecords(header)
    try copy.copyModels(from, to)
    try copy.target.begin().commit([Key.header: header, Key.copying: nil])
    let result = copy.copied
    try work.finish(&copy)
    return result
  }

  private static func open(_ location: StoreLocation) throws(StoreError) -> any RecordEngine {
    switch location {
    case .postgreSQL(let address): return try PostgreSQLEngine(address) {}
    case .levelDB(let folder):
      var options = DatabaseOptions()
      (options.createIfMissing, options.compression) = (false, .none)
      return try LevelDBEngine(path: folder + "/store", options: options)
    }
  }

  /// Where the copy grows: a folder beside the one that it becomes.
  private struct Work {
    let location: StoreLocation

    init(_ location: StoreLocation) throws(StoreError) {
      self.location = location
      guard case .levelDB(let folder) = location else { return }
      try Files.makeDirectory(folder)
      guard !FileManager.default.fileExists(atPath: folder + "/store") else {
        throw StoreError(.alreadyExists, "there is a store in \(location) already; choose a place without one")
      }
    }

    func open() throws(StoreError) -> any RecordEngine {
      guard case .levelDB(let folder) = location else { return try StoreCopy.open(location) }
      var options = DatabaseOptions()
      options.compression = .none
      return try LevelDBEngine(path: folder + "/store.copying", options: options)
    }

    /// Lets go of the copy and puts it in its place.
    func finish(_ copy: inout StoreCopy) throws(StoreError) {
      guard case .levelDB(let folder) = location else { return }
      copy = StoreCopy(source: copy.source, target: copy.source, progress: copy.progress)
      guard unsafe rename(folder + "/store.copying", folder + "/store") == 0 else {
        throw StoreError(.io, "cannot put the copy in place: \(systemMessage(errno))")
      }
    }
  }

  private init(
    source: any RecordEngine, target: any RecordEngine, progress: @escaping (UInt64) throws(StoreError) -> Void
  ) {
    self.source = source
    self.target = target
    self.progress = progress
  }

  private mutating func copyRecords(_ header: [UInt8]) throws(StoreError) {
    let snapshot = try source.snapshot()
    let mark = try Mark(of: header, snapshot)
    let start = try resume(mark)
    for kind in Self.kinds {
      let all = KeyRange(prefix: [kind.rawValue])
      if let start, start.first ?? 0 > kind.rawValue { continue }
      try copy(start?.first == kind.rawValue ? all.after(start ?? []) : all, snapshot, mark)
    }
    var whole = SHA256()
    for kind in Self.kinds {
      let range = KeyRange(prefix: [kind.rawValue])
      var (theirs, ours) = (try Tally(snapshot, range), try Tally(try target.snapshot(), range))
      if theirs != ours {
        // Something was changed between two attempts that the mark does not show.
        try delete(range)
        try copy(range, snapshot, mark)
        (theirs, ours) = (try Tally(snapshot, range), try Tally(try target.snapshot(), range))
      }
      guard theirs == ours else {
        throw StoreError(.corruption, "the copy's records of kind \(kind.rawValue) are not the original's; copy again")
      }
      whole.update(data: theirs.digest)
      if kind == .face { copied.faces = theirs.records }
      if kind == .gallery { copied.galleries = theirs.records }
    }
    copied.digest = whole.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The last key that an earlier attempt has copied; nil to begin anew.
  private mutating func resume(_ mark: Mark) throws(StoreError) -> [UInt8]? {
    let found = try target.present.value(Key.copying)
    if let found, let last = mark.last(in: found) {
      for kind in Self.kinds { copied.resumed += try target.present.count(KeyRange(prefix: [kind.rawValue])) }
      return last
    }
    let isEmpty = try !target.present.cursor(.all).advance()
    guard found != nil || isEmpty else {
      throw StoreError(.alreadyExists, "the target holds records that are not of an unfinished copy; empty it first")
    }
    if found != nil { for kind in Self.kinds { try delete(KeyRange(prefix: [kind.rawValue])) } }
    return nil
  }

  private func delete(_ range: KeyRange) throws(StoreError) {
    let cursor = try target.snapshot().longCursor(range, values: false)
    var changes: [[UInt8]: [UInt8]?] = [:]
    while try cursor.advance() {
      changes[cursor.key] = .some(nil)
      guard changes.count == Self.batchRecords else { continue }
      try target.begin().commit(changes)
      changes = [:]
    }
    if !changes.isEmpty { try target.begin().commit(changes) }
  }

  private mutating func copy(_ range: KeyRange, _ snapshot: any EngineReading, _ mark: Mark) throws(StoreError) {
    let cursor = snapshot.longCursor(range)
    var (changes, bytes, last): ([[UInt8]: [UInt8]?], Int, [UInt8]) = ([:], 0, [])
    while try cursor.advance() {
      let (key, value) = (cursor.key, cursor.value)
      changes[key] = .some(value)
      bytes += key.count + value.count
      last = key
      guard changes.count >= Self.batchRecords || bytes >= Self.batchBytes else { continue }
      try write(changes, bytes, mark.encoded(last))
      (changes, bytes) = ([:], 0)
    }
    if !changes.isEmpty { try write(changes, bytes, mark.encoded(last)) }
  }

  private mutating func write(_ changes: [[UInt8]: [UInt8]?], _ bytes: Int, _ mark: [UInt8]) throws(StoreError) {
    try target.begin().commit(changes.merging([Key.copying: mark]) { $1 })
    copied.records += UInt64(changes.count)
    copied.bytes += UInt64(bytes)
    try progress(copied.records + copied.resumed)
  }

  /// Models' files, which lie beside a folder's store, and among the records of a shared one.
  private mutating func copyModels(_ from: StoreLocation, _ to: StoreLocation) throws(StoreError) {
    let models = try View(records: try source.snapshot(), hash: SipHash(k0: 0, k1: 0)).models().map(\.record.id)
    for model in models {
      guard let bytes = try ModelFiles(source, from).read(model) else { continue }
      try ModelFiles(target, to).write(model, bytes)
      copied.modelFiles += 1
    }
  }
}

/// What an unfinished copy says of its original, and how far it has come.
private struct Mark {
  private let original: [UInt8]

  /// - Parameter header: the original's, whose secret key no other store has.
  init(of header: [UInt8], _ snapshot: any EngineReading) throws(StoreError) {
    let key = try HeaderRecord(header).nameKey
    var writer = RecordWriter()
    writer.put(key.k0)
    writer.put(key.k1)
    writer.put(try View(records: snapshot, hash: key).next(.change))
    original = writer.bytes
  }

  func encoded(_ last: [UInt8]) -> [UInt8] { original + last }

  /// Nil where it is of another original, or of a state of it that is over.
  func last(in value: [UInt8]) -> [UInt8]? {
    value.starts(with: original) ? Array(value.dropFirst(original.count)) : nil
  }
}

/// How many records a range has, and what they are.
private struct Tally: Equatable {
  private(set) var records: UInt64 = 0
  let digest: [UInt8]

  init(_ reading: any EngineReading, _ range: KeyRange) throws(StoreError) {
    var hash = SHA256()
    let cursor = reading.longCursor(range)
    while try cursor.advance() {
      try cursor.lend { key, value throws(StoreError) in
        let lengths = [UInt64(key.byteCount).littleEndian, UInt64(value.byteCount).littleEndian]
        unsafe lengths.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        unsafe key.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        unsafe value.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
      }
      records += 1
    }
    digest = Array(hash.finalize())
  }
}

/// The files of models on one side of a copy.
private struct ModelFiles {
  private let engine: any RecordEngine
  private let location: StoreLocation
  private static let partBytes = 1 << 20

  init(_ engine: any RecordEngine, _ location: StoreLocation) {
    self.engine = engine
    self.location = location
  }

  func read(_ id: ModelID) throws(StoreError) -> [UInt8]? {
    if case .levelDB(let folder) = location {
      return FileManager.default.contents(atPath: "\(folder)/models/\(id.hex).safetensors").map { Array($0) }
    }
    var (bytes, isWhole) = ([UInt8](), false)
    let cursor = engine.present.longCursor(Key.modelParts(id))
    while try cursor.advance() {
      let part = cursor.value
      bytes += part
      isWhole = part.isEmpty
    }
    return isWhole ? bytes : nil
  }

  func write(_ id: ModelID, _ bytes: [UInt8]) throws(StoreError) {
    if case .levelDB(let folder) = location {
      let path = "\(folder)/models/\(id.hex).safetensors"
      try Files.makeDirectory(folder + "/models")
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      } catch {
        throw StoreError(.io, "the model's file '\(path)' cannot be written; check that the disk has space")
      }
      return
    }
    let parts = (bytes.count + Self.partBytes - 1) / Self.partBytes
    for part in 0..<parts {
      let piece = Array(bytes[part * Self.partBytes..<min(bytes.count, (part + 1) * Self.partBytes)])
      try engine.put(Key.modelPart(id, UInt64(part)), piece)
    }
    try engine.put(Key.modelPart(id, UInt64(parts)), [])
  }
}
