/// The vectors divided into lists: what training makes, and what searches and adds use afterwards.
///
/// `@unchecked Sendable`: `rowLists` is for writers only (the index's writer lock, or the training that has not
/// published the partition yet); the rest is constant or says itself what guards it.
final class Partition: @unchecked Sendable {
  let subspace: Subspace
  let quantizer: CoarseQuantizer
  let lists: InvertedLists
  let rowLists: ListsOfRows
  let effort: EffortTable
  /// Vectors that the lists were trained on.
  let trainedCount: Int

  init(
    subspace: Subspace, quantizer: CoarseQuantizer, lists: InvertedLists, rowLists: ListsOfRows, effort: EffortTable,
    trainedCount: Int
  ) {
    self.subspace = subspace
    self.quantizer = quantizer
    self.lists = lists
    self.rowLists = rowLists
    self.effort = effort
    self.trainedCount = trainedCount
  }

  /// The same lists, searched with another effort.
  func with(_ effort: EffortTable) -> Partition {
    Partition(
      subspace: subspace, quantizer: quantizer, lists: lists, rowLists: rowLists, effort: effort,
      trainedCount: trainedCount)
  }

  /// The same lists under another quantizer, which names lists that are there.
  func with(_ quantizer: CoarseQuantizer) -> Partition {
    Partition(
      subspace: subspace, quantizer: quantizer, lists: lists, rowLists: rowLists, effort: effort,
      trainedCount: trainedCount)
  }

  var bytes: Int { lists.bytes + quantizer.bytes + subspace.bytes + rowLists.bytes }

  /// Whether a list has grown so far beyond the others that it should be split. Writer only.
  func isLong(_ list: Int) -> Bool { lists.liveCount(of: list) > longFrom }

  /// Three times what a list would have if all were equal; lists of a few blocks are left alone.
  private var longFrom: Int { max(256, 6 * trainedCount / max(1, quantizer.count)) }

  /// Adds a row to the lists it belongs to. Writer only.
  ///
  /// - Parameter rotated: the vector as the row keeps it.
  func add(_ slot: Int, rotated: UnsafePointer<Float>) {
    let pair = ListChooser(subspace, quantizer).lists(of: rotated)
    rowLists[slot] = pair
    let coder = ResidualCoder(subspace, quantizer)
    for list in [pair.first, pair.second] where list != ListsOfRows.none {
      coder.use(Int(list))
      lists.append(
        UInt32(slot), residual: coder.residual(of: rotated), to: Int(list), isFirst: list == pair.first)
    }
  }

  /// Takes a row out of its lists. Writer only.
  func remove(_ slot: Int) {
    let pair = rowLists[slot]
    for list in [pair.first, pair.second] where list != ListsOfRows.none {
      lists.remove(UInt32(slot), from: Int(list))
    }
    rowLists[slot] = ListsOfRows.unlisted
  }
}
