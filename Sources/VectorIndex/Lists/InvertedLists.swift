internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// The lists: for each, blocks of 1-bit codes, factors and slots in one piece of memory, scanned front to back.
///
/// A list that is full moves to a larger piece; a removed row is erased where it is, and its place used again by the
/// next row of the list. So the number of rows of a list never falls while the list is in use.
///
/// `@unchecked Sendable`: one writer at a time (the index's writer lock, or the training that has not published the
/// lists yet). It fills a row before `count` passes it (release), and puts a larger piece in place (release) before
/// that; readers load `count` first, then the piece (acquire). A row that is used again may be read half old and half
/// new: that spoils a score, and no more, since candidates are compared with all their bits. Pieces that were replaced are kept
/// until no reader can see them.
final class InvertedLists: @unchecked Sendable {
  struct Entry: ~Copyable {
    let blocks: Atomic<UnsafeMutableRawPointer?>
    let count: Atomic<UInt32>
    /// The bits of a float: no vector whose first list this is has a longer residual. Never falls.
    let radius: Atomic<UInt32>
    /// Writer only.
    var capacity: UInt32

    init(blocks: UnsafeMutableRawPointer?, capacity: Int) {
      self.blocks = Atomic(blocks)
      count = Atomic(0)
      radius = Atomic(0)
      self.capacity = UInt32(capacity)
    }
  }

  let dimension: Int
  let blockBytes: Int
  /// Numbers of lists are below this.
  let limit: Int
  private let entries: UnsafeMutablePointer<Entry>
  /// The residual that an erased row is overwritten with.
  private let zeros: [Float]
  /// Rows of each list that are erased. Writer only.
  private var erased: [Int32]
  private let arena: UnsafeMutableRawPointer
  private let arenaBytes: Int
  private let extraBytes = Atomic<Int>(0)
  private let readers: Readers
  /// Pieces out of sight, and from when on they can be freed. Writer only.
  private var retired: [(piece: UnsafeMutableRawPointer, blocks: Int, ticket: UInt64)] = []
  /// Pieces that no reader can know, by their number of blocks: a list that grows leaves room for another. Writer only.
  private var spare: [Int: [UnsafeMutableRawPointer]] = [:]

  /// Lists with room for `sizes[l]` rows each, and numbers for as many again and more.
  init(sizes: [Int], dimension: Int, readers: Readers) {
    self.dimension = dimension
    self.readers = readers
    blockBytes = vk_bit_block_bytes(dimension)
    limit = 3 * sizes.count + 1024
    let rows = Int(VK_BIT_ROWS)
    let blocks = sizes.map { ($0 + rows - 1) / rows }
    arenaBytes = blocks.reduce(0, +) * blockBytes
    arena = Memory.allocate(arenaBytes, hugePages: arenaBytes > 4 << 20)
    erased = Array(repeating: 0, count: limit)
    zeros = Array(repeating: 0, count: dimension)
    entries = .allocate(capacity: limit)
    var at = arena
    for l in 0..<limit {
      guard l < sizes.count, blocks[l] > 0 else {
        (entries + l).initialize(to: Entry(blocks: nil, capacity: 0))
        continue
      }
      (entries + l).initialize(to: Entry(blocks: at, capacity: blocks[l] * rows))
      at += blocks[l] * blockBytes
    }
  }

  deinit {
    for l in 0..<limit {
      if let piece = entries[l].blocks.load(ordering: .relaxed), !isInArena(piece) { free(piece) }
    }
    entries.deinitialize(count: limit)
    entries.deallocate()
    for (piece, _, _) in retired where !isInArena(piece) { free(piece) }
    for piece in spare.values.joined() where !isInArena(piece) { free(piece) }
    free(arena)
  }

  /// Blocks in the memory that `init` made room for.
  var blockCount: Int { arenaBytes / blockBytes }

  private func isInArena(_ piece: UnsafeMutableRawPointer) -> Bool { piece >= arena && piece < arena + arenaBytes }

  var bytes: Int { arenaBytes + extraBytes.load(ordering: .relaxed) + limit * 28 }

  // Readers -------------------------------------------------------------------------------------------------------

  /// Rows of a list, erased ones included, and where they begin.
  @inline(__always)
  func rows(of list: Int) -> (count: Int, blocks: UnsafePointer<UInt8>?) {
    let count = Int(entries[list].count.load(ordering: .acquiring))
    let piece = entries[list].blocks.load(ordering: .acquiring)
    return (count, piece.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) })
  }

  /// What no residual of a vector whose first list this is exceeds.
  func radius(of list: Int) -> Float { Float(bitPattern: entries[list].radius.load(ordering: .acquiring)) }

  @inline(__always)
  func prefetchEntry(_ list: Int) { vk_prefetch(entries + list, 1) }

  /// Asks for a list to be brought into the cache.
  @inline(__always)
  func prefetch(_ list: Int) {
    let (count, blocks) = rows(of: list)
    guard let blocks else { return }
    vk_prefetch(blocks, min((count + Int(VK_BIT_ROWS) - 1) / Int(VK_BIT_ROWS) * blockBytes, Self.prefetchedBytes))
  }

  private static let prefetchedBytes = 16_384

  /// Slots in a list and whether they are erased, in scan order.
  func slots(of list: Int) -> [(slot: UInt32, isErased: Bool)] {
    let (count, blocks) = rows(of: list)
    guard let blocks else { return [] }
    return (0..<count).map { (vk_bits_slot(blocks, $0, dimension), vk_bits_erased(blocks, $0, dimension) != 0) }
  }

  // Writer --------------------------------------------------------------------------------------------------------

  /// Rows of a list that are not erased.
  func liveCount(of list: Int) -> Int {
    Int(entries[list].count.load(ordering: .relaxed)) - Int(erased[list])
  }

  /// Adds a row to a list.
  /// - Parameter isFirst: whether this is the row's first list.
  func append(_ slot: UInt32, residual: UnsafePointer<Float>, to list: Int, isFirst: Bool) {
    if isFirst { widen(list, residual) }
    let count = Int(entries[list].count.load(ordering: .relaxed))
    if erased[list] > 0, let row = firstErased(list, count) {
      erased[list] -= 1
      store(slot, residual, list, row)
      return
    }
    if count == entries[list].capacity { enlarge(list, count) }
    store(slot, residual, list, count)
    entries[list].count.store(UInt32(count + 1), ordering: .releasing)
  }

  private func widen(_ list: Int, _ residual: UnsafePointer<Float>) {
    var sum: Float = 0
    for j in 0..<dimension { sum += residual[j] * residual[j] }
    // Rounded up, and more than what the sums can be off by. Floats that are not negative are ordered like their bits.
    entries[list].radius.max((sum.squareRoot() * 1.0005).bitPattern, ordering: .releasing)
  }

  /// For lists that come from a checkpoint.
  func setRadius(of list: Int, _ radius: Float) {
    entries[list].radius.store(radius.bitPattern, ordering: .releasing)
  }

  private func store(_ slot: UInt32, _ residual: UnsafePointer<Float>, _ list: Int, _ row: Int) {
    vk_store_bits(block(list, row), row % Int(VK_BIT_ROWS), dimension, residual, slot)
  }

  private func block(_ list: Int, _ row: Int) -> UnsafeMutablePointer<UInt8> {
    let piece = entries[list].blocks.load(ordering: .relaxed)!
    return (piece + row / Int(VK_BIT_ROWS) * blockBytes).assumingMemoryBound(to: UInt8.self)
  }

  private func firstErased(_ list: Int, _ count: Int) -> Int? {
    guard let blocks = rows(of: list).blocks else { return nil }
    return (0..<count).first { vk_bits_erased(blocks, $0, dimension) != 0 }
  }

  /// Takes a row out of a list; false when it is not there.
  @discardableResult
  func remove(_ slot: UInt32, from list: Int) -> Bool {
    let (count, blocks) = rows(of: list)
    guard let blocks else { return false }
    for row in 0..<count
    where vk_bits_slot(blocks, row, dimension) == slot && vk_bits_erased(blocks, row, dimension) == 0 {
      // The codes say something of the vector too, so they go before the row is marked as erased.
      zeros.withUnsafeBufferPointer { store(slot, $0.baseAddress!, list, row) }
      vk_erase_bits(block(list, row), row % Int(VK_BIT_ROWS), dimension)
      erased[list] += 1
      return true
    }
    return false
  }

  private func enlarge(_ list: Int, _ count: Int) {
    // A quarter more each time: few moves in a growing list, little waste in a quiet one.
    let rows = Int(VK_BIT_ROWS)
    let capacity = (count + max(1, count / 4) + rows - 1) / rows * rows
    let bytes = capacity / rows * blockBytes
    let piece = take(blocks: capacity / rows)
    let old = entries[list].blocks.load(ordering: .relaxed)
    let used = (count + rows - 1) / rows * blockBytes
    if let old { piece.copyMemory(from: old, byteCount: used) }
    memset(piece + used, 0, bytes - used)
    entries[list].blocks.store(piece, ordering: .releasing)
    entries[list].capacity = UInt32(capacity)
    if let old { retire(old, blocks: count / rows) }
  }

  /// A spare piece of that size, or a new one.
  private func take(blocks: Int) -> UnsafeMutableRawPointer {
    let passed = readers.passed
    for (piece, blocks, ticket) in retired where ticket <= passed { spare[blocks, default: []].append(piece) }
    retired.removeAll { $0.ticket <= passed }
    if let piece = spare[blocks]?.popLast() { return piece }
    extraBytes.add(blocks * blockBytes, ordering: .relaxed)
    return Memory.allocate(blocks * blockBytes, hugePages: false)
  }

  /// Lets others use the memory of a list that no quantizer names any more; nobody may add to it.
  func release(_ list: Int) {
    guard let piece = entries[list].blocks.load(ordering: .relaxed) else { return }
    retire(piece, blocks: Int(entries[list].capacity) / Int(VK_BIT_ROWS))
    entries[list].count.store(0, ordering: .releasing)
    entries[list].capacity = 0
    erased[list] = 0
    entries[list].blocks.store(nil, ordering: .releasing)
  }

  private func retire(_ piece: UnsafeMutableRawPointer, blocks: Int) {
    retired.append((piece, blocks, readers.ticket()))
  }

  /// Fills an empty list whose room was given to `init`; different lists may be filled by different threads.
  ///
  /// - Parameter members: slots, and whether this is their first list.
  func fill(
    _ list: Int, _ members: some Sequence<(slot: UInt32, isFirst: Bool)>, residual: (UInt32) -> UnsafePointer<Float>
  ) {
    guard let piece = entries[list].blocks.load(ordering: .relaxed) else { return }
    let rows = Int(VK_BIT_ROWS)
    memset(piece, 0, Int(entries[list].capacity) / rows * blockBytes)
    var row = 0
    for (slot, isFirst) in members {
      let residual = residual(slot)
      if isFirst { widen(list, residual) }
      store(slot, residual, list, row)
      row += 1
    }
    entries[list].count.store(UInt32(row), ordering: .releasing)
  }

  /// Fills all lists, whose room was given to `init`, with blocks that lie one after another.
  func fill(from blocks: UnsafeRawPointer, counts: UnsafePointer<UInt32>) {
    arena.copyMemory(from: blocks, byteCount: arenaBytes)
    for list in 0..<limit where entries[list].capacity > 0 {
      entries[list].count.store(counts[list], ordering: .releasing)
      erased[list] = Int32(slots(of: list).count(where: \.isErased))
    }
  }
}
