internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// The vectors with their ids: a table of rows in chunks that never move. A row's number is its *slot*; a removed row's slot
/// is used again when no search can still be looking at it.
///
/// A vector is kept in the store's rotation, rounded to 15 bits a coordinate: 4-bit codes, which scans read, and 11 bits
/// more (`vk_store_row`). What is searched, compared and proven is the vector as it is kept.
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
  /// Bytes of the other part of a row.
  let fineBytes: Int
  private let directory: UnsafeMutablePointer<Chunk>
  private let published = Atomic<Int>(0)
  private let removedRows = Atomic<Int>(0)

  struct Chunk {
    let fine: UnsafeMutablePointer<UInt8>
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
    fineBytes = vk_fine_bytes(dimension)
    directory = .allocate(capacity: Self.maximumChunks)
  }

  deinit {
    for c in 0..<chunkCount { free(directory[c].fine) }
    directory.deallocate()
  }

  private var chunkCount: Int { (count + Self.chunkRows - 1) / Self.chunkRows }

  /// Rows filled so far, removed ones included.
  var count: Int { published.load(ordering: .acquiring) }
  /// Rows that are marked as removed.
  var removedCount: Int { removedRows.load(ordering: .acquiring) }
  /// What the rows up to `count` take.
  var bytes: Int { count * (fineBytes + codeBytes + 8) + count / 8 + count / Self.pieceRows * 4 }

  /// Puts a vector into a new row. Writer only; the caller has checked `maximumRows`.
  ///
  /// - Parameter rotated: the vector in the store's rotation.
  /// - Returns: the row's slot.
  func append(_ id: UInt64, rotated: UnsafePointer<Float>) -> Int {
    let slot = published.load(ordering: .relaxed)
    let (chunk, row) = (slot / Self.chunkRows, slot % Self.chunkRows)
    if row == 0 { directory[chunk] = makeChunk(first: slot == 0) }
    fill(directory[chunk], row, id, rotated)
    published.store(slot + 1, ordering: .releasing)
    return slot
  }

  /// Puts many vectors into new rows. Writer only; the caller has checked `maximumRows`.
  func append(_ ids: [UInt64], _ vectors: UnsafePointer<Float>, threads: Int) {
    let first = makeRoom(ids.count)
    nonisolated(unsafe) let vectors = vectors
    Parallel.forRanges(ids.count, threads: threads) { range in
      let rotated = ScratchBuffer<Float>(rotation.padded)
      for i in range {
        rotation.apply(vectors + i * dimension, into: rotated.pointer)
        let slot = first + i
        fill(directory[slot / Self.chunkRows], slot % Self.chunkRows, ids[i], rotated.pointer)
      }
    }
    published.store(first + ids.count, ordering: .releasing)
  }

  /// Takes rows of another store as they are kept there. Writer only.
  func append(_ slots: [UInt32], of other: RowStore) {
    let first = makeRoom(slots.count)
    for (i, slot) in slots.enumerated() {
      let (chunk, row) = (directory[(first + i) / Self.chunkRows], (first + i) % Self.chunkRows)
      (chunk.fine + row * fineBytes).update(from: other.fine(Int(slot)), count: fineBytes)
      (chunk.codes + row * codeBytes).update(from: other.codes(Int(slot)), count: codeBytes)
      chunk.ids[row] = other.id(Int(slot))
      note(other.codeError(Int(slot)), of: row, in: chunk)
    }
    published.store(first + slots.count, ordering: .releasing)
  }

  /// Makes the chunks that so many new rows need; returns the slot of the first.
  private func makeRoom(_ count: Int) -> Int {
    let first = published.load(ordering: .relaxed)
    let end = first + count
    for chunk in (first + Self.chunkRows - 1) / Self.chunkRows..<(end + Self.chunkRows - 1) / Self.chunkRows {
      directory[chunk] = makeChunk(first: chunk == 0 && end < Self.chunkRows)
    }
    return first
  }

  /// Puts a vector into a row that was removed. Writer only, when no reader can know the slot any more.
  func reuse(_ slot: Int, _ id: UInt64, rotated: UnsafePointer<Float>) {
    let chunk = directory[slot / Self.chunkRows]
    let row = slot % Self.chunkRows
    fill(chunk, row, id, rotated)
    chunk.removed[row / 64].bitwiseAnd(~(1 << UInt64(row % 64)), ordering: .releasing)
    removedRows.subtract(1, ordering: .releasing)
  }

  private func fill(_ chunk: Chunk, _ row: Int, _ id: UInt64, _ rotated: UnsafePointer<Float>) {
    chunk.ids[row] = id
    let error = vk_store_row(
      chunk.codes + row * codeBytes, chunk.fine + row * fineBytes, rotated, dimension, codeStep)
    note(error, of: row, in: chunk)
  }

  private func note(_ error: Float, of row: Int, in chunk: Chunk) {
    // Floats that are not negative are ordered like their bits.
    chunk.errors[row / Self.pieceRows].max(error.bitPattern, ordering: .releasing)
  }

  private func makeChunk(first: Bool) -> Chunk {
    // Pages are committed as they are touched. Large pages save most of the address look-ups of scattered
    // reranking, but would give the many small galleries 2 MiB each: only from the second chunk on.
    let rows = Self.chunkRows
    let words = rows / 64
    let pieces = rows / Self.pieceRows
    let base = Memory.allocate(rows * (fineBytes + codeBytes + 8) + words * 8 + pieces * 4, hugePages: !first)
    let codes = base + rows * fineBytes
    let ids = codes + rows * codeBytes
    let marks = (ids + rows * 8).bindMemory(to: Atomic<UInt64>.self, capacity: words)
    for w in 0..<words { (marks + w).initialize(to: Atomic(0)) }
    let errors = (ids + rows * 8 + words * 8).bindMemory(to: Atomic<UInt32>.self, capacity: pieces)
    for p in 0..<pieces { (errors + p).initialize(to: Atomic(0)) }
    return Chunk(
      fine: base.bindMemory(to: UInt8.self, capacity: rows * fineBytes),
      codes: codes.bindMemory(to: UInt8.self, capacity: rows * codeBytes),
      ids: ids.bindMemory(to: UInt64.self, capacity: rows), removed: marks, errors: errors)
  }

  /// Reads a row: the vector as it is kept, in rotation, with zeros up to `rotation.padded` floats.
  @inline(__always)
  func unpack(_ slot: Int, into rotated: UnsafeMutablePointer<Float>) {
    vk_unpack_row(codes(slot), fine(slot), dimension, codeStep, rotated)
  }

  /// What a row has beside its 4-bit codes; valid, like them, while this store lives and the row is not used again.
  @inline(__always)
  func fine(_ slot: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(directory[slot / Self.chunkRows].fine + slot % Self.chunkRows * fineBytes)
  }

  @inline(__always)
  func prefetch(_ slot: Int) {
    vk_prefetch(fine(slot), fineBytes)
    vk_prefetch(codes(slot), codeBytes)
  }

  /// The squared distance of a query in rotation from the vector of a row.
  func squaredDistance(_ query: UnsafePointer<Float>, _ slot: Int) -> Float {
    var (coarse, fine) = (codes(slot), fine(slot))
    var distance: Float = 0
    Kernels.active.squared_l2_gather(query, &coarse, &fine, 1, dimension, codeStep, &distance)
    return distance
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
    (chunk.fine + row * fineBytes).update(repeating: 0, count: fineBytes)
    (chunk.codes + row * codeBytes).update(repeating: 0, count: codeBytes)
    chunk.ids[row] = 0
  }

  /// Whether nothing is left of what a slot held.
  func isWiped(_ slot: Int) -> Bool {
    let chunk = directory[slot / Self.chunkRows]
    let row = slot % Self.chunkRows
    let fine = UnsafeBufferPointer(start: chunk.fine + row * fineBytes, count: fineBytes)
    let codes = UnsafeBufferPointer(start: chunk.codes + row * codeBytes, count: codeBytes)
    return chunk.ids[row] == 0 && fine.allSatisfy { $0 == 0 } && codes.allSatisfy { $0 == 0 }
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
  /// - Parameter fill: fills both parts of the rows, ids, codes, marks and error bounds.
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
