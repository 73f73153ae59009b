/// A chart of lines as SVG: axes, a grid, a legend, nothing else.
package struct LineChart: Sendable {
  package struct Line: Sendable {
    package var name: String
    /// From left to right; points that are not finite, or not above 0 on a logarithmic axis, are left out.
    package var points: [(x: Double, y: Double)]

    package init(name: String, points: [(x: Double, y: Double)]) { (self.name, self.points) = (name, points) }
  }

  package var title: String
  package var xLabel: String
  package var yLabel: String
  /// Powers of ten at equal distances.
  package var logarithmicX = false
  /// The axes' ends; nil for those of the lines.
  package var xRange: ClosedRange<Double>?
  package var yRange: ClosedRange<Double>?
  package var lines: [Line]

  package init(title: String, xLabel: String, yLabel: String, lines: [Line]) {
    (self.title, self.xLabel, self.yLabel, self.lines) = (title, xLabel, yLabel, lines)
  }

  /// Distinguishable also by those who see few colours (Okabe & Ito 2008).
  private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
  private static let (width, height) = (720.0, 440.0)
  private static let (left, right, top, bottom) = (70.0, 700.0, 40.0, 390.0)
  /// Points of a line at most; more lie within a pixel of each other.
  private static let maximumPoints = 1200

  /// The whole file.
  package func svg() -> String {
    let shown = lines.map { line in line.points.filter { place($0.x).isFinite && $0.y.isFinite } }
    let x = axis(xRange.map { [place($0.lowerBound), place($0.upperBound)] } ?? shown.joined().map { place($0.x) })
    let y = axis(yRange.map { [$0.lowerBound, $0.upperBound] } ?? shown.joined().map(\.y))
    func across(_ value: Double) -> String {
      number(Self.left + (Self.right - Self.left) * (value - x.low) / (x.high - x.low), 2)
    }
    func down(_ value: Double) -> String {
      number(Self.bottom - (Self.bottom - Self.top) * (value - y.low) / (y.high - y.low), 2)
    }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" "
        + "font-family=\"sans-serif\" font-size=\"12\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      text(Self.width / 2, 22, title, anchor: "middle", more: " font-size=\"15\""),
    ]
    for tick in ticks(x, whole: logarithmicX) {
      parts.append("<path d=\"M\(across(tick)) \(Self.top)V\(Self.bottom)\" stroke=\"#ddd\"/>")
      let label = logarithmicX ? "1e\(Int(tick.rounded()))" : number(tick, 6)
      parts.append(text(Double(across(tick)) ?? 0, Self.bottom + 17, label, anchor: "middle"))
    }
    for tick in ticks(y, whole: false) {
      parts.append("<path d=\"M\(Self.left) \(down(tick))H\(Self.right)\" stroke=\"#ddd\"/>")
      parts.append(text(Self.left - 6, (Double(down(tick)) ?? 0) + 4, number(tick, 6), anchor: "end"))
    }
    parts.append(text((Self.left + Self.right) / 2, Self.height - 12, xLabel, anchor: "middle"))
    parts.append(
      "<text transform=\"translate(18 \((Self.top + Self.bottom) / 2)) rotate(-90)\" text-anchor=\"middle\">"
        + "\(Self.escaped(yLabel))</text>")
    for (index, points) in shown.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let path = thinned(points).map { "\(across(place($0.x))),\(down(min(max($0.y, y.low), y.high)))" }
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\"\(path.joined(separator: " "))\"/>")
      let row = Self.top + 16 + 16 * Double(index)
      parts.append("<path d=\"M\(Self.left + 10) \(row - 4)h20\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
      parts.append(text(Self.left + 36, row, lines[index].name, anchor: "start"))
    }
    parts.append(
      "<rect x=\"\(Self.left)\" y=\"\(Self.top)\" width=\"\(Self.right - Self.left)\" "
        + "height=\"\(Self.bottom - Self.top)\" fill=\"none\" stroke=\"#888\"/>")
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  /// Where a value lies on the x axis.
  private func place(_ x: Double) -> Double { logarithmicX ? logarithm10(x) : x }

  private func axis(_ values: [Double]) -> (low: Double, high: Double) {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    return high > low ? (low, high) : (low - 0.5, low + 0.5)
  }

  /// Round numbers within an axis, four to ten of them.
  private func ticks(_ axis: (low: Double, high: Double), whole: Bool) -> [Double] {
    var step = powerOf10(logarithm10((axis.high - axis.low) / 4).rounded(.down))
    for factor in [5.0, 2] where (axis.high - axis.low) / (step * factor) >= 4 {
      step *= factor
      break
    }
    if whole { step = max(1, step.rounded()) }
    let first = (axis.low / step - 1e-9).rounded(.up)
    let last = (axis.high / step + 1e-9).rounded(.down)
    return last >= first ? (Int(first)...Int(last)).map { Double($0) * step } : []
  }

  /// Means of equally many neighbours where there are more points than can be seen apart.
  private func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard points.count > Self.maximumPoints else { return points }
    return (0..<Self.maximumPoints).map { index in
      let group = points[points.count * index / Self.maximumPoints..<points.count * (index + 1) / Self.maximumPoints]
      return (group.map(\.x).reduce(0, +) / Double(group.count), group.map(\.y).reduce(0, +) / Double(group.count))
    }
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String, more: String = "") -> String {
    "<text x=\"\(number(x, 2))\" y=\"\(number(y, 2))\" text-anchor=\"\(anchor)\"\(more)>\(Self.escaped(text))</text>"
  }

  private static func escaped(_ text: String) -> String {
    text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$0] ?? String($0) }.joined()
  }

  /// A number with at most so many decimals, without zeros at its end.
  private func number(_ value: Double, _ decimals: Int) -> String {
    let factor = powerOf10(Double(decimals))
    let rounded = (value * factor).rounded() / factor
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
  }
}
