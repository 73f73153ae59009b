internal import CVectorKernels
internal import Glibc
internal import Synchronization

/// The lists: for each centroid, blocks of codes, scales and slots, scanned front to back.
///
/// A list is a chain of segments. Training lays the first segments of all lists out in one piece of memory; what is
/// added later goes to the end of the last segment, or into a new one. Nothing moves, and nothing is freed before the
/// lists as a whole.
///
/// `@unchecked Sendable`: one writer at a time (the index's writer lock, or the training that has not published the
/// lists yet) fills a row before the segment's `count` passes it (release) and a segment before the chain points to
/// it (release); readers load both first (acquire). A block's unfilled rows may be written while a reader scores the
/// block: the kernels compute rows independently and what they make of rows beyond `count` is not looked at.
final class InvertedLists: @unchecked Sendable {
  struct Segment: ~Copyable {
    let blocks: UnsafeMutablePointer<UInt8>
    let capacity: Int
    let count: Atomic<Int>
    /// The next `Segment` of the list.
    let next: Atomic<UnsafeMutableRawPointer?>

    init(blocks: UnsafeMutablePointer<UInt8>, capacity: Int) {
      self.blocks = blocks
      self.capacity = capacity
      count = Atomic(0)
      next = Atomic(nil)
    }
  }

  let dimension: Int
  let listCount: Int
  let blockBytes: Int
  private let arena: UnsafeMutablePointer<UInt8>
  private let first: UnsafeMutablePointer<Segment>
  /// Where the next row of each list goes; writer only.
  private let last: UnsafeMutablePointer<UnsafeMutablePointer<Segment>>
  private let allocated: Atomic<Int>

  /// Lists with room for `sizes[l]` rows each.
  init(sizes: [Int], dimension: Int) {
    self.dimension = dimension
    listCount = sizes.count
    blockBytes = vk_block_bytes(dimension)
    let rows = Int(VK_BLOCK_ROWS)
    let blocks = sizes.map { max(1, ($0 + rows - 1) / rows) }
    let bytes = blocks.reduce(0, +) * blockBytes
    arena = Memory.allocate(bytes, hugePages: bytes > 8 << 20).bindMemory(to: UInt8.self, capacity: bytes)
    allocated = Atomic(bytes)
    first = .allocate(capacity: listCount)
    last = .allocate(capacity: listCount)
    var at = arena
    for l in 0..<listCount {
      (first + l).initialize(to: Segment(blocks: at, capacity: blocks[l] * rows))
      (last + l).initialize(to: first + l)
      at += blocks[l] * blockBytes
    }
  }

  deinit {
    for l in 0..<listCount {
      var next = first[l].next.load(ordering: .relaxed)
      while let segment = next?.assumingMemoryBound(to: Segment.self) {
        next = segment.pointee.next.load(ordering: .relaxed)
        free(segment.pointee.blocks)
        segment.deinitialize(count: 1)
        segment.deallocate()
      }
    }
    first.deinitialize(count: listCount)
    first.deallocate()
    last.deallocate()
    free(arena)
  }

  var bytes: Int { allocated.load(ordering: .relaxed) }

  /// Adds a row to a list. Writer only.
  func append(_ slot: Int, _ coded: CodedVector, to list: Int) {
    var segment = last[list]
    if segment.pointee.count.load(ordering: .relaxed) == segment.pointee.capacity {
      segment = extend(list, after: segment)
    }
    let row = segment.pointee.count.load(ordering: .relaxed)
    let rows = Int(VK_BLOCK_ROWS)
    let block = segment.pointee.blocks + row / rows * blockBytes
    vk_store_row(block, row % rows, dimension, coded.codes, coded.scale, UInt32(slot))
    segment.pointee.count.store(row + 1, ordering: .releasing)
  }

  private func extend(_ list: Int, after segment: UnsafeMutablePointer<Segment>) -> UnsafeMutablePointer<Segment> {
    // A quarter more each time: few segments in a growing list, little waste in a quiet one.
    let rows = Int(VK_BLOCK_ROWS)
    let capacity = max(rows, segment.pointee.capacity / 4 / rows * rows)
    let bytes = capacity / rows * blockBytes
    let blocks = Memory.allocate(bytes, hugePages: false).bindMemory(to: UInt8.self, capacity: bytes)
    let added = UnsafeMutablePointer<Segment>.allocate(capacity: 1)
    added.initialize(to: Segment(blocks: blocks, capacity: capacity))
    segment.pointee.next.store(UnsafeMutableRawPointer(added), ordering: .releasing)
    last[list] = added
    allocated.add(bytes, ordering: .relaxed)
    return added
  }

  /// Calls `body` with the blocks and the number of rows of every piece of at most `ScoreBuffer.rows` rows of a list.
  @inline(__always)
  func forEachPiece(of list: Int, _ body: (_ blocks: UnsafePointer<UInt8>, _ rows: Int) -> Void) {
    var segment: UnsafeMutablePointer<Segment>? = first + list
    while let current = segment {
      let count = current.pointee.count.load(ordering: .acquiring)
      var done = 0
      while done < count {
        let rows = min(ScoreBuffer.rows, count - done)
        body(UnsafePointer(current.pointee.blocks + done / Int(VK_BLOCK_ROWS) * blockBytes), rows)
        done += rows
      }
      segment = current.pointee.next.load(ordering: .acquiring)?.assumingMemoryBound(to: Segment.self)
    }
  }

  /// Asks for the beginning of a list to be brought into the cache.
  @inline(__always)
  func prefetch(_ list: Int, bytes: Int) {
    let segment = first + list
    let rows = segment.pointee.count.load(ordering: .relaxed)
    vk_prefetch(segment.pointee.blocks, min(bytes, (rows + 15) / 16 * blockBytes))
  }

  /// Rows of a list.
  func count(of list: Int) -> Int {
    var count = 0
    forEachPiece(of: list) { count += $1 }
    return count
  }

  /// The slots in a list, in scan order.
  func slots(of list: Int) -> [UInt32] {
    var slots: [UInt32] = []
    forEachPiece(of: list) { blocks, rows in
      for row in 0..<rows { slots.append(vk_slot(blocks, row, blockBytes)) }
    }
    return slots
  }
}
