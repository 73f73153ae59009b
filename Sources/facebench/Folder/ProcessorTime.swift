import Foundation

/// What a process has had of the processors, from /proc.
struct ProcessorTime {
  /// Seconds of user and system.
  var used = 0.0
  /// Seconds that its threads were ready to run and others ran: on a busy machine, what they would have used besides.
  var waited = 0.0

  init() {}

  /// Nothing for a process that is gone.
  init(of process: Int32) {
    let folder = "/proc/\(process)/task"
    for thread in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let text = (try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8)) ?? ""
      let fields = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      guard fields.count == 3 else { continue }
      used += fields[0] / 1e9
      waited += fields[1] / 1e9
    }
  }

  /// What it would have used with the processors to itself.
  var wanted: Double { used + waited }

  func most(_ other: ProcessorTime) -> ProcessorTime { other.used > used ? other : self }

  static func + (a: ProcessorTime, b: ProcessorTime) -> ProcessorTime {
    var sum = a
    sum.used += b.used
    sum.waited += b.waited
    return sum
  }

  static func - (a: ProcessorTime, b: ProcessorTime) -> ProcessorTime {
    var difference = a
    difference.used -= b.used
    difference.waited -= b.waited
    return difference
  }
}
