import Foundation

/// One line on an interactive standard error: a bar, a rate, and the time that is left. Silent elsewhere.
struct ProgressBar {
  private let total: Int
  private let unit: String
  private let isShown: Bool
  private let start = Date()
  private var lastDrawn = Date.distantPast

  init(total: Int, unit: String, isShown: Bool) {
    self.total = max(total, 1)
    self.unit = unit
    self.isShown = isShown && Terminal.standardErrorIsInteractive
  }

  mutating func update(done: Int, note: String = "") {
    let now = Date()
    guard isShown, now.timeIntervalSince(lastDrawn) > 0.1 || done >= total else { return }
    lastDrawn = now
    let seconds = max(now.timeIntervalSince(start), 1e-3)
    let rate = Double(done) / seconds
    let left = rate > 0 ? Double(total - done) / rate : 0
    let filled = max(0, min(30, 30 * done / total))
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
    Terminal.redraw(
      "\(bar) \(done)/\(total) \(unit)  \(String(format: "%.1f", rate))/s  \(Self.duration(left)) left  \(note)")
  }

  func finish() {
    if isShown { Terminal.endRedraw() }
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
