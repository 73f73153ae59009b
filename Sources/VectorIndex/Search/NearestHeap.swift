/// The k nearest seen so far by (distance, tag), as a binary max-heap whose root is the furthest of them.
///
/// `Tag` is what breaks ties: the id in an exact scan, the slot among candidates.
struct NearestHeap<Tag: FixedWidthInteger & Sendable> {
  struct Entry {
    var distance: Float
    var tag: Tag

    @inline(__always)
    static func < (a: Entry, b: Entry) -> Bool {
      a.distance < b.distance || (a.distance == b.distance && a.tag < b.tag)
    }
  }

  let capacity: Int
  private var entries: [Entry] = []

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity)
  }

  var count: Int { entries.count }

  /// Nothing further than this can enter.
  @inline(__always)
  var bound: Float { entries.count < capacity ? .infinity : entries[0].distance }

  mutating func offer(_ distance: Float, _ tag: Tag) {
    let entry = Entry(distance: distance, tag: tag)
    if entries.count < capacity {
      entries.append(entry)
      siftUp()
    } else if entry < entries[0] {
      entries[0] = entry
      siftDown()
    }
  }

  /// The entries, nearest first.
  func sorted() -> [Entry] { entries.sorted(by: <) }

  private mutating func siftUp() {
    entries.withUnsafeMutableBufferPointer { entries in
      var child = entries.count - 1
      let entry = entries[child]
      while child > 0 {
        let parent = (child - 1) / 2
        guard entries[parent] < entry else { break }
        entries[child] = entries[parent]
        child = parent
      }
      entries[child] = entry
    }
  }

  private mutating func siftDown() {
    entries.withUnsafeMutableBufferPointer { entries in
      let entry = entries[0]
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < entries.count else { break }
        if child + 1 < entries.count, entries[child] < entries[child + 1] { child += 1 }
        guard entry < entries[child] else { break }
        entries[parent] = entries[child]
        parent = child
      }
      entries[parent] = entry
    }
  }
}
