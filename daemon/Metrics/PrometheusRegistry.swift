import Synchronization

/// Every number that is measured, and the text in which Prometheus reads it.
final class PrometheusRegistry: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  /// One line of a family, or the lines of one histogram.
  struct Series: Sendable {
    var value = 0.0
    /// Cumulated only when they are written: how many fell into each bucket, the last one for what is beyond all bounds.
    var buckets: [UInt64] = []
    var sum = 0.0
  }

  struct Labels: Hashable, Sendable {
    let text: String

    init(_ dimensions: [(String, String)]) {
      text = dimensions.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
      value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
  }

  private struct Family {
    let kind: Kind
    let bounds: [Double]
    var series: [Labels: Series] = [:]
  }

  /// Series of one family at most: a label that somebody outside could choose must not fill the memory.
  static let maximumSeries = 1000

  private let families = Mutex<[String: Family]>([:])

  func change(
    _ name: String, _ kind: Kind, _ labels: Labels, bounds: [Double] = [], _ body: (inout Series) -> Void
  ) {
    families.withLock { families in
      var family = families[name] ?? Family(kind: kind, bounds: bounds)
      guard family.series[labels] != nil || family.series.count < Self.maximumSeries else { return }
      families[name] = nil
      body(&family.series[labels, default: Series()])
      families[name] = family
    }
  }

  func observe(_ name: String, _ labels: Labels, _ value: Double, bounds: [Double]) {
    change(name, .histogram, labels, bounds: bounds) { series in
      if series.buckets.isEmpty { series.buckets = Array(repeating: 0, count: bounds.count + 1) }
      series.buckets[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
      series.sum += value
    }
  }

  func remove(_ name: String, _ labels: Labels) {
    families.withLock { _ = $0[name]?.series.removeValue(forKey: labels) }
  }

  /// The text format, version 0.0.4.
  var text: String {
    let families = families.withLock { $0 }
    var lines: [String] = []
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(name) \(family.kind.rawValue)")
      for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
        if family.kind == .histogram {
          lines += Self.histogram(name, labels.text, family.bounds, series)
        } else {
          lines.append(name + (labels.text.isEmpty ? "" : "{\(labels.text)}") + " \(Self.number(series.value))")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func histogram(_ name: String, _ labels: String, _ bounds: [Double], _ series: Series) -> [String] {
    let others = labels.isEmpty ? "" : labels + ","
    let braces = labels.isEmpty ? "" : "{\(labels)}"
    var count: UInt64 = 0
    var lines: [String] = []
    for (bucket, bound) in zip(series.buckets, bounds.map(number) + ["+Inf"]) {
      count += bucket
      lines.append("\(name)_bucket{\(others)le=\"\(bound)\"} \(count)")
    }
    return lines + ["\(name)_sum\(braces) \(number(series.sum))", "\(name)_count\(braces) \(count)"]
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
