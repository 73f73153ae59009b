/// Places storages in one block of memory that they share when they do not live at the same time.
struct FirstFit {
  /// Per storage, floats before it.
  private(set) var offsets: [Int]
  /// Floats in all.
  private(set) var count = 0

  /// In order of birth, each storage goes to the lowest place that is free for all of its life.
  ///
  /// - Parameters:
  ///   - sizes: floats of each storage.
  ///   - lives: from the step that writes it first to the step that reads it last.
  init(sizes: [Int], lives: [ClosedRange<Int>]) {
    offsets = sizes.map { _ in 0 }
    var placed: [Int] = []
    for storage in sizes.indices.sorted(by: { lives[$0].lowerBound < lives[$1].lowerBound }) {
      var offset = 0
      placed.removeAll { lives[$0].upperBound < lives[storage].lowerBound }
      for other in placed.sorted(by: { offsets[$0] < offsets[$1] }) where offset + sizes[storage] > offsets[other] {
        offset = max(offset, offsets[other] + sizes[other])
      }
      offsets[storage] = offset
      placed.append(storage)
      count = max(count, offset + sizes[storage])
    }
  }
}
