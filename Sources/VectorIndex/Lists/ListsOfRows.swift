internal import Glibc

/// Which lists each row is in: the first, whose centroid is nearest, and a second one or none. Writer only.
final class ListsOfRows {
  static let none = UInt32.max
  private static let chunkRows = RowStore.chunkRows
  private var chunks: [ScratchBuffer<Pair>] = []

  struct Pair: BitwiseCopyable {
    var first: UInt32
    var second: UInt32
  }

  static let unlisted = Pair(first: none, second: none)

  var bytes: Int { chunks.count * Self.chunkRows * MemoryLayout<Pair>.size }

  /// Rows never set are in no list.
  subscript(slot: Int) -> Pair {
    get {
      let chunk = slot / Self.chunkRows
      return chunk < chunks.count ? chunks[chunk].pointer[slot % Self.chunkRows] : Self.unlisted
    }
    set {
      let chunk = slot / Self.chunkRows
      while chunks.count <= chunk {
        let added = ScratchBuffer<Pair>(Self.chunkRows)
        added.pointer.initialize(repeating: Self.unlisted, count: Self.chunkRows)
        chunks.append(added)
      }
      chunks[chunk].pointer[slot % Self.chunkRows] = newValue
    }
  }
}
