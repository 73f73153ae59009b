/// Where every map of a plan lies in one block of memory that maps share when they do not live at the same time.
///
/// Going forward only, a map is dead after its last reader; a small block stays in the cache.
struct Arena {
  /// Per storage, floats before it, for one image.
  private(set) var offsets: [Int]
  /// Floats for one image.
  private(set) var count = 0

  /// First fit, in order of execution: each storage goes to the lowest place that is free for all of its life.
  init(_ plan: Plan) {
    let last = plan.operations.count
    var life = plan.storages.map { _ in last...last }
    var born = Set<Int>()
    for (step, operation) in plan.operations.enumerated() {
      let (from, to) = (operation.input.storage, operation.output.storage)
      if born.insert(from).inserted { life[from] = 0...step }
      if born.insert(to).inserted { life[to] = step...step }
      life[from] = life[from].lowerBound...max(life[from].upperBound, step)
      life[to] = life[to].lowerBound...max(life[to].upperBound, step)
    }
    life[plan.output.storage] = life[plan.output.storage].lowerBound...last
    offsets = plan.storages.map { _ in 0 }
    for storage in plan.storages.indices.sorted(by: { life[$0].lowerBound < life[$1].lowerBound }) {
      let size = plan.storages[storage].count
      var offset = 0
      let neighbours = placed.filter { life[$0].overlaps(life[storage]) }.sorted { offsets[$0] < offsets[$1] }
      for other in neighbours where offset + size > offsets[other] {
        offset = max(offset, offsets[other] + plan.storages[other].count)
      }
      offsets[storage] = offset
      placed.append(storage)
      count = max(count, offset + size)
    }
  }

  private var placed: [Int] = []
}
