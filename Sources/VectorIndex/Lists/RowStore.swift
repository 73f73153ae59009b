internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// The vectors themselves, with their ids and 4-bit codes: a table of rows in chunks that never move. A row's number
/// is its *slot*; a removed row's slot is used again when no search can still be looking at it.
///
/// One writer at a time (the index's writer lock) fills rows and marks them as removed; any number of readers look at
/// rows below a count they have loaded, or whose slot they have found in a list.
///
/// `@unchecked Sendable`: a row is written before `count` passes it or its mark is cleared (release), and only while
/// no reader can know of it (`Readers`); marks and error bounds are atomics.
final class RowStore: @unchecked Sendable {
  static let chunkRows = 32_768
  /// The directory of chunks has a fixed size, so that it never moves under a reader.
  static let maximumChunks = 1 << 12
  static let maximumRows = chunkRows * maximumChunks
  /// Rows that share one bound on what their 4-bit codes leave over; divides a chunk.
  static let pieceRows = 256

  let dimension: Int
  let rotation: Rotation
  /// Bytes of a row of 4-bit codes.
  let codeBytes: Int
  /// A coordinate of a rotated vector is about (code − 7.5) · step. This step loses least of a normal variable
  /// (Max 1960, "Quantizing for minimum distortion").
  let codeStep: Float
  private let directory: UnsafeMutablePointer<Chunk>
  private let published = Atomic<Int>(0)
  private let removedRows = Atomic<Int>(0)

  struct Chunk {
    let vectors: UnsafeMutablePointer<Float>
    let codes: UnsafeMutablePointer<UInt8>
    let ids: UnsafeMutablePointer<UInt64>
    let removed: UnsafeMutablePointer<Atomic<UInt64>>
    /// For each piece of rows, the bits of a float: no row's codes leave over more.
    let errors: UnsafeMutablePointer<Atomic<UInt32>>
  }

  init(dimension: Int) {
    self.dimension = dimension
    rotation = .of(dimension: dimension)
    codeBytes = vk_nibble_bytes(dimension)
    codeStep = 0.335 / Float(dimension).squareRoot()
    directory = .allocate(capacity: Self.maximumChunks)
  }

  deinit {
    for c in 0..<chunkCount {
      free(directory[c].vectors)
      free(directory[c].codes)
    }
    directory.deallocate()
  }

  private var chunkCount: Int { (count + Self.chunkRows - 1) / Self.chunkRows }

  /// Rows filled so far, removed ones included.
  var count: Int { published.load(ordering: .acquiring) }
  /// Rows that are marked as removed.
  var removedCount: Int { removedRows.load(ordering: .acquiring) }
  /// What the rows up to `count` take.
  var bytes: Int { count * (dimension * 4 + codeBytes + 8) + count / 8 + count / Self.pieceRows * 4 }

  /// Puts a vector into a new row. Writer only; the caller has checked `maximumRows`.
  ///
  /// - Parameter rotated: the vector in the store's rotation.
  /// - Returns: the row's slot.
  func append(_ id: UInt64, _ vector: UnsafePointer<Float>, rotated: UnsafePointer<Float>) -> Int {
    let slot = published.load(ordering: .relaxed)
    let (chunk, row) = (slot / Self.chunkRows, slot % Self.chunkRows)
    if row == 0 { directory[chunk] = makeChunk(first: slot == 0) }
    fill(directory[chunk], row, id, vector, rotated)
    published.store(slot + 1, ordering: .releasing)
    return slot
  }

  /// Puts many vectors into new rows. Writer only; the caller has checked `maximumRows`.
  func append(_ ids: [UInt64], _ vectors: UnsafePointer<Float>, threads: Int) {
    let first = published.load(ordering: .relaxed)
    let end = first + ids.count
    for chunk in (first + Self.chunkRows - 1) / Self.chunkRows..<(end + Self.chunkRows - 1) / Self.chunkRows {
      directory[chunk] = makeChunk(first: chunk == 0 && end < Self.chunkRows)
    }
    nonisolated(unsafe) let vectors = vectors
    Parallel.forRanges(ids.count, threads: threads) { range in
      let rotated = ScratchBuffer<Float>(rotation.padded)
      for i in range {
        let vector = vectors + i * dimension
        rotation.apply(vector, into: rotated.pointer)
        let slot = first + i
        fill(directory[slot / Self.chunkRows], slot % Self.chunkRows, ids[i], vector, rotated.pointer)
      }
    }
    published.store(end, ordering: .releasing)
  }

  /// Puts a vector into a row that was removed. Writer only, when no reader can know the slot any more.
  func reuse(_ slot: Int, _ id: UInt64, _ vector: UnsafePointer<Float>, rotated: UnsafePointer<Float>) {
    let chunk = directory[slot / Self.chunkRows]
    let row = slot % Self.chunkRows
    fill(chunk, row, id, vector, rotated)
    chunk.removed[row / 64].bitwiseAnd(~(1 << UInt64(row % 64)), ordering: .releasing)
    removedRows.subtract(1, ordering: .releasing)
  }

  private func fill(
    _ chunk: Chunk, _ row: Int, _ id: UInt64, _ vector: UnsafePointer<Float>, _ rotated: UnsafePointer<Float>
  ) {
    (chunk.vectors + row * dimension).update(from: vector, count: dimension)
    chunk.ids[row] = id
    let error = vk_store_nibbles(chunk.codes + row * codeBytes, rotated, dimension, codeStep)
    // Floats that are not negative are ordered like their bits.
    chunk.errors[row / Self.pieceRows].max(error.bitPattern, ordering: .releasing)
  }

  private func makeChunk(first: Bool) -> Chunk {
    // Pages are committed as they are touched. Large pages save most of the address look-ups of scattered
    // reranking, but would give the many small galleries 2 MiB each: only from the second chunk on.
    let rows = Self.chunkRows
    let words = rows / 64
    let pieces = rows / Self.pieceRows
    let base = Memory.allocate(rows * (codeBytes + 8) + words * 8 + pieces * 4, hugePages: !first)
    let ids = base + rows * codeBytes
    let marks = (ids + rows * 8).bindMemory(to: Atomic<UInt64>.self, capacity: words)
    for w in 0..<words { (marks + w).initialize(to: Atomic(0)) }
    let errors = (ids + rows * 8 + words * 8).bindMemory(to: Atomic<UInt32>.self, capacity: pieces)
    for p in 0..<pieces { (errors + p).initialize(to: Atomic(0)) }
    let memory = Memory.allocate(rows * dimension * 4, hugePages: !first)
    return Chunk(
      vectors: memory.bindMemory(to: Float.self, capacity: rows * dimension),
      codes: base.bindMemory(to: UInt8.self, capacity: rows * codeBytes),
      ids: ids.bindMemory(to: UInt64.self, capacity: rows), removed: marks, errors: errors)
  }

  /// The `dimension` floats of a row; valid while this store lives and the row is not used again.
  @inline(__always)
  func vector(_ slot: Int) -> UnsafePointer<Float> {
    UnsafePointer(directory[slot / Self.chunkRows].vectors + slot % Self.chunkRows * dimension)
  }

  /// The 4-bit codes of a row.
  @inline(__always)
  func codes(_ slot: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(directory[slot / Self.chunkRows].codes + slot % Self.chunkRows * codeBytes)
  }

  @inline(__always)
  func id(_ slot: Int) -> UInt64 { directory[slot / Self.chunkRows].ids[slot % Self.chunkRows] }

  @inline(__always)
  func prefetchID(_ slot: Int) { vk_prefetch(directory[slot / Self.chunkRows].ids + slot % Self.chunkRows, 1) }

  /// What the codes of the piece with this row leave over, at most.
  @inline(__always)
  func codeError(_ slot: Int) -> Float {
    let piece = slot % Self.chunkRows / Self.pieceRows
    return Float(bitPattern: directory[slot / Self.chunkRows].errors[piece].load(ordering: .acquiring))
  }

  /// Marks a row as removed. Writer only. A search that begins afterwards sees the mark.
  func remove(_ slot: Int) {
    let row = slot % Self.chunkRows
    directory[slot / Self.chunkRows].removed[row / 64].bitwiseOr(1 << UInt64(row % 64), ordering: .releasing)
    removedRows.add(1, ordering: .releasing)
  }

  /// Overwrites a removed row with zeros: what was deleted must not be found in memory or in a checkpoint. Writer only, when
  /// no reader can know the slot any more.
  func wipe(_ slot: Int) {
    let chunk = directory[slot / Self.chunkRows]
    let row = slot % Self.chunkRows
    (chunk.vectors + row * dimension).update(repeating: 0, count: dimension)
    (chunk.codes + row * codeBytes).update(repeating: 0, count: codeBytes)
    chunk.ids[row] = 0
  }

  /// Whether nothing is left of what a slot held.
  func isWiped(_ slot: Int) -> Bool {
    let chunk = directory[slot / Self.chunkRows]
    let row = slot % Self.chunkRows
    let vector = UnsafeBufferPointer(start: chunk.vectors + row * dimension, count: dimension)
    let codes = UnsafeBufferPointer(start: chunk.codes + row * codeBytes, count: codeBytes)
    return chunk.ids[row] == 0 && vector.allSatisfy { $0 == 0 } && codes.allSatisfy { $0 == 0 }
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

  // For checkpoints ------------------------------------------------------------------------------------------------

  /// The chunk with a number below ⌈count / chunkRows⌉.
  func chunk(_ number: Int) -> Chunk { directory[number] }

  /// 64 marks of removed rows.
  func removedWord(_ number: Int) -> UInt64 {
    let words = Self.chunkRows / 64
    return directory[number / words].removed[number % words].load(ordering: .acquiring)
  }

  /// Adds a chunk of rows to a store that nobody else knows yet.
  /// - Parameter fill: fills vectors, ids, codes, marks and error bounds.
  func adopt(rows: Int, _ fill: (Chunk) -> Void) {
    let start = published.load(ordering: .relaxed)
    let chunk = makeChunk(first: start == 0 && rows < Self.chunkRows)
    directory[start / Self.chunkRows] = chunk
    fill(chunk)
    let marks = (0..<(rows + 63) / 64).reduce(0) { $0 + chunk.removed[$1].load(ordering: .relaxed).nonzeroBitCount }
    removedRows.add(marks, ordering: .releasing)
    published.store(start + rows, ordering: .releasing)
  }
}
