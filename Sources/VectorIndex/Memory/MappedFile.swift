internal import Glibc

/// A file in memory, to be read.
///
/// `@unchecked Sendable`: constant after `init`.
final class MappedFile: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let count: Int

  /// - Throws: `checkpointUnreadable`.
  init(_ path: String) throws(IndexError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.unreadable(path) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0, information.st_size > 0 else { throw Self.unreadable(path) }
    count = Int(information.st_size)
    // All pages are looked up now, in one go.
    let flags = MAP_PRIVATE | Int32(MAP_POPULATE)
    guard let memory = mmap(nil, count, PROT_READ, flags, file, 0), memory != MAP_FAILED else {
      throw Self.unreadable(path)
    }
    start = memory
  }

  private init(count: Int) throws(IndexError) {
    let memory = mmap(nil, max(count, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { throw Self.unreadable("") }
    (start, self.count) = (memory, count)
  }

  /// The plain bytes of a sealed file; the file itself without a seal.
  /// - Throws: `checkpointDamaged` where a block does not open.
  func opened(by seal: (any CheckpointSeal)?, threads: Int) throws(IndexError) -> MappedFile {
    guard let seal else { return self }
    let sealed = SealedBlocks.size + seal.overhead
    let blocks = (count + sealed - 1) / sealed
    let plain = count - blocks * seal.overhead
    guard plain > (blocks - 1) * SealedBlocks.size else { throw CheckpointFormat.damaged }
    let target = try MappedFile(count: plain)
    let opened = Parallel.map(blocks, threads: threads, initial: false) { [self] range, out in
      for number in range {
        let place = UnsafeRawBufferPointer(
          start: start + number * sealed, count: min(sealed, count - number * sealed))
        guard let block = seal.open(place, number: number) else { continue }
        (target.start + number * SealedBlocks.size).copyMemory(from: block, byteCount: block.count)
        out[number] = true
      }
    }
    guard opened.allSatisfy({ $0 }) else { throw CheckpointFormat.damaged }
    return target
  }

  /// Gives back the memory of whole pages within a range, which nobody reads again.
  func release(_ range: Range<Int>) {
    let page = CheckpointFormat.page
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    if first < end { madvise(start + first, end - first, MADV_DONTNEED) }
  }

  deinit { munmap(start, max(count, 1)) }

  private static func unreadable(_ path: String) -> IndexError {
    IndexError(
      .checkpointUnreadable,
      "the index checkpoint '\(path)' cannot be read (\(String(cString: strerror(errno)))): build the index anew")
  }
}

/// A file that takes the place of another only when it is whole.
struct ReplacingFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let file: Int32
  /// Bytes that were given to it.
  private(set) var count = 0
  private let seal: (any CheckpointSeal)?
  /// Where there is a seal: the first block, whose beginning is written last, and the one that is being filled.
  private var first: [UInt8] = []
  private var block: [UInt8] = []
  private var blocks = 0
  /// Bytes in the file, and how many there were at the last sync.
  private var written = 0
  private var synced = 0
  /// Syncs come this often, so that none of them, and nobody who waits for the file, takes long.
  private static let syncEvery = 32 << 20

  /// - Throws: `checkpointUnwritable`.
  init(_ path: String, seal: (any CheckpointSeal)? = nil) throws(IndexError) {
    self.path = path
    self.seal = seal
    temporary = path + ".new"
    file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failed(path) }
  }

  deinit { close(file) }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(IndexError) {
    guard seal != nil else {
      try put(bytes)
      return count += bytes.count
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let taken = rest.prefix(SealedBlocks.size - block.count)
      block += taken
      rest = rest.dropFirst(taken.count)
      if block.count == SealedBlocks.size { try endBlock() }
    }
    count += bytes.count
  }

  /// Seals what was gathered and writes it; the first block waits, and leaves its room.
  private mutating func endBlock() throws(IndexError) {
    guard let seal, !block.isEmpty else { return }
    if blocks == 0 {
      first = block
      let room = [UInt8](repeating: 0, count: block.count + seal.overhead)
      try room.withUnsafeBufferPointer { (room) throws(IndexError) in try put(UnsafeRawBufferPointer(room)) }
    } else {
      try put(sealed: block, number: blocks)
    }
    blocks += 1
    block.removeAll(keepingCapacity: true)
  }

  private mutating func put(sealed block: [UInt8], number: Int) throws(IndexError) {
    let sealed = block.withUnsafeBytes { seal?.seal($0, number: number) }
    guard let sealed else { throw Self.failed(path) }
    try sealed.withUnsafeBufferPointer { (sealed) throws(IndexError) in try put(UnsafeRawBufferPointer(sealed)) }
  }

  private mutating func put(_ bytes: UnsafeRawBufferPointer) throws(IndexError) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let taken = Glibc.write(file, start, min(rest.count, 1 << 30))
      if taken < 0, errno == EINTR { continue }
      guard taken > 0 else { throw Self.failed(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
    }
    written += bytes.count
    if written - synced >= Self.syncEvery {
      guard fdatasync(file) == 0 else { throw Self.failed(path) }
      synced = written
    }
  }

  /// Overwrites what is at the beginning; nothing is written after that.
  mutating func writeAtStart(_ bytes: UnsafeRawBufferPointer) throws(IndexError) {
    if let seal {
      try endBlock()
      first.replaceSubrange(0..<bytes.count, with: bytes)
      let sealed = first.withUnsafeBytes { seal.seal($0, number: 0) }
      guard let sealed, pwrite(file, sealed, sealed.count, 0) == sealed.count else { throw Self.failed(path) }
      return
    }
    guard pwrite(file, bytes.baseAddress, bytes.count, 0) == bytes.count else { throw Self.failed(path) }
  }

  /// Makes the file durable and puts it in place.
  consuming func commit() throws(IndexError) {
    guard fsync(file) == 0, rename(temporary, path) == 0 else { throw Self.failed(path) }
    let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    let directory = open(folder.isEmpty ? "/" : String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw Self.failed(path) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw Self.failed(path) }
  }

  /// Takes back what was written.
  consuming func discard() { unlink(temporary) }

  private static func failed(_ path: String) -> IndexError {
    IndexError(
      .checkpointUnwritable,
      "the index checkpoint '\(path)' cannot be written (\(String(cString: strerror(errno)))): check the disk's space and the folder's permissions"
    )
  }
}
