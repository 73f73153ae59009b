/// A rate of events over pairs or questions with its interval, from the rates that are left when the people of one block
/// in twenty are taken away: pairs that share a person are no independent trials.
struct JackknifeRate {
  static let blocks = 20

  private(set) var total = 0
  private(set) var events = 0
  private var totalOf = [Int](repeating: 0, count: Self.blocks)
  private var eventsOf = [Int](repeating: 0, count: Self.blocks)

  /// - Parameters:
  ///   - first, second: blocks of the people of a trial; equal for one person.
  mutating func add(_ isEvent: Bool, _ first: Int, _ second: Int) {
    total += 1
    totalOf[first] += 1
    if second != first { totalOf[second] += 1 }
    guard isEvent else { return }
    events += 1
    eventsOf[first] += 1
    if second != first { eventsOf[second] += 1 }
  }

  var rate: Double { Double(events) / Double(max(1, total)) }

  /// Half the width of the interval that holds the rate in 19 of 20 cases.
  var margin: Double {
    let left = (0..<Self.blocks).compactMap { block -> Double? in
      let rest = total - totalOf[block]
      return rest > 0 ? Double(events - eventsOf[block]) / Double(rest) : nil
    }
    guard left.count > 1 else { return 1 }
    let mean = left.reduce(0, +) / Double(left.count)
    let sum = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return 1.96 * (sum * Double(left.count - 1) / Double(left.count)).squareRoot()
  }

  var measured: GroupReport.Measured? {
    total == 0 ? nil : GroupReport.Measured(rate: rate, margin: margin, trials: total)
  }
}
