/// One operation of a graph as it runs: over storages, which the arena places.
///
/// Constant after construction.
protocol GraphStep {
  /// Storages that it reads.
  var reads: [Int] { get }
  /// The storage that it writes.
  var writes: Int { get }
  /// Floats of scratch memory that `run` needs.
  var scratchCount: Int { get }
  func run(_ memory: GraphMemory)
}

extension GraphStep {
  var scratchCount: Int { 0 }
}

/// The three loops that every operation along one axis is: `outer` × `length` × `inner` numbers.
struct AxisSplit {
  var outer: Int
  var length: Int
  var inner: Int

  init(_ shape: [Int], axis: Int) {
    outer = shape[..<axis].reduce(1, *)
    length = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
  }
}
