internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// The vectors themselves: an append-only table of rows in chunks that never move. A row's number is its *slot*.
///
/// One writer at a time (the index's writer lock) appends and marks rows as removed; any number of readers look
/// at rows below a count they have loaded.
///
/// `@unchecked Sendable`: the memory of a row is written before `count` passes it (release) and never after, readers
/// load `count` first (acquire), and the marks of removed rows are atomics.
final class RowStore: @unchecked Sendable {
  static let chunkRows = 4096
  /// The directory of chunks has a fixed size, so that it never moves under a reader.
  static let maximumChunks = 1 << 15
  static let maximumRows = chunkRows * maximumChunks

  let dimension: Int
  private let directory: UnsafeMutablePointer<Chunk>
  private let published = Atomic<Int>(0)
  private let removedRows = Atomic<Int>(0)

  /// One allocation: vectors, then ids, then the marks.
  private struct Chunk {
    let vectors: UnsafeMutablePointer<Float>
    let ids: UnsafeMutablePointer<UInt64>
    let removed: UnsafeMutablePointer<Atomic<UInt64>>
  }

  init(dimension: Int) {
    self.dimension = dimension
    directory = .allocate(capacity: Self.maximumChunks)
  }

  deinit {
    for c in 0..<chunkCount { free(directory[c].vectors) }
    directory.deallocate()
  }

  private var chunkCount: Int { (count + Self.chunkRows - 1) / Self.chunkRows }
  private var vectorBytes: Int { Self.chunkRows * dimension * MemoryLayout<Float>.size }
  private var chunkBytes: Int { vectorBytes + Self.chunkRows * 8 + Self.chunkRows / 8 }

  /// Rows appended so far, removed ones included.
  var count: Int { published.load(ordering: .acquiring) }
  /// Rows marked as removed.
  var removedCount: Int { removedRows.load(ordering: .acquiring) }
  var bytes: Int { chunkCount * chunkBytes + Self.maximumChunks * MemoryLayout<Chunk>.stride }

  /// Appends one row of `dimension` floats and returns its slot. Writer only; the caller has checked `maximumRows`.
  func append(_ id: UInt64, _ vector: UnsafePointer<Float>) -> Int {
    let slot = published.load(ordering: .relaxed)
    let row = slot % Self.chunkRows
    if row == 0 { directory[slot / Self.chunkRows] = makeChunk(first: slot == 0) }
    let chunk = directory[slot / Self.chunkRows]
    (chunk.vectors + row * dimension).update(from: vector, count: dimension)
    chunk.ids[row] = id
    published.store(slot + 1, ordering: .releasing)
    return slot
  }

  private func makeChunk(first: Bool) -> Chunk {
    // Pages are committed as they are touched. Large pages save most of the address look-ups of scattered
    // reranking, but would give the many small galleries 2 MiB each: only from the second chunk on.
    let base = Memory.allocate(chunkBytes, hugePages: !first)
    let ids = (base + vectorBytes).bindMemory(to: UInt64.self, capacity: Self.chunkRows)
    let words = Self.chunkRows / 64
    let marks = (base + vectorBytes + Self.chunkRows * 8).bindMemory(to: Atomic<UInt64>.self, capacity: words)
    for w in 0..<words { (marks + w).initialize(to: Atomic(0)) }
    return Chunk(
      vectors: base.bindMemory(to: Float.self, capacity: Self.chunkRows * dimension), ids: ids, removed: marks)
  }

  /// The `dimension` floats of a row; valid while this store lives.
  @inline(__always)
  func vector(_ slot: Int) -> UnsafePointer<Float> {
    UnsafePointer(directory[slot / Self.chunkRows].vectors + slot % Self.chunkRows * dimension)
  }

  @inline(__always)
  func id(_ slot: Int) -> UInt64 { directory[slot / Self.chunkRows].ids[slot % Self.chunkRows] }

  /// Marks a row as removed. Writer only. A search that begins afterwards sees the mark.
  func remove(_ slot: Int) {
    let row = slot % Self.chunkRows
    let word = directory[slot / Self.chunkRows].removed + row / 64
    word.pointee.bitwiseOr(1 << UInt64(row % 64), ordering: .releasing)
    removedRows.add(1, ordering: .releasing)
  }

  @inline(__always)
  func isRemoved(_ slot: Int) -> Bool {
    let row = slot % Self.chunkRows
    let word = directory[slot / Self.chunkRows].removed[row / 64].load(ordering: .acquiring)
    return word >> UInt64(row % 64) & 1 != 0
  }

  /// Slots below `end` that are not removed, ascending.
  func liveSlots(below end: Int) -> [UInt32] {
    var slots: [UInt32] = []
    slots.reserveCapacity(end)
    for slot in 0..<end where !isRemoved(slot) { slots.append(UInt32(slot)) }
    return slots
  }
}

/// Large, aligned, uninitialised memory.
enum Memory {
  /// - Returns: at least `bytes` bytes, aligned for any kernel; free with `free`.
  static func allocate(_ bytes: Int, hugePages: Bool) -> UnsafeMutableRawPointer {
    let huge = 2 << 20
    var pointer: UnsafeMutableRawPointer?
    let result = posix_memalign(&pointer, hugePages ? huge : 64, max(bytes, 64))
    // As everywhere in Swift, memory that cannot be had ends the process.
    guard result == 0, let pointer else { preconditionFailure("out of memory: \(bytes) bytes for the vector index") }
    if hugePages { madvise(pointer, bytes, MADV_HUGEPAGE) }
    return pointer
  }
}
