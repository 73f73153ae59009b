internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// What the process may use: of the machine, or of the container that it runs in.
public struct MachineLimits: Sendable {
  /// Processors, as a share of time: 1.5 is one and a half. Nil where there is no limit below the machine's.
  public let processors: Double?
  /// Bytes of memory; nil where there is no limit below the machine's.
  public let memoryBytes: UInt64?
  /// Files and connections that may be open.
  public let descriptors: UInt64

  /// The limits of this process.
  public static func current() -> MachineLimits {
    let group = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)
    var descriptors = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors)
    return MachineLimits(
      root: "/sys/fs/cgroup", group: group ?? "", machineBytes: ProcessInfo.processInfo.physicalMemory,
      descriptors: UInt64(descriptors.rlim_cur))
  }

  /// - Parameters:
  ///   - root: where the control groups are.
  ///   - group: the text of `/proc/self/cgroup`.
  package init(root: String, group: String, machineBytes: UInt64, descriptors: UInt64) {
    self.descriptors = descriptors
    var processors: Double?
    var bytes: UInt64?
    func limit(processors found: Double?) { if let found { processors = min(processors ?? found, found) } }
    func limit(bytes found: UInt64?) { if let found, found < machineBytes { bytes = min(bytes ?? found, found) } }
    for line in group.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      // A group has the limits of those around it too.
      for path in Self.ancestors(fields[2]) {
        if fields[0] == "0", controllers.isEmpty {
          limit(processors: Self.share(Self.words("\(root)\(path)/cpu.max")))
          limit(bytes: Self.words("\(root)\(path)/memory.max").first.flatMap { UInt64($0) })
        }
        if controllers.contains("cpu") {
          limit(
            processors: Self.share(
              Self.words("\(root)/cpu\(path)/cpu.cfs_quota_us") + Self.words("\(root)/cpu\(path)/cpu.cfs_period_us")))
        }
        if controllers.contains("memory") {
          limit(bytes: Self.words("\(root)/memory\(path)/memory.limit_in_bytes").first.flatMap { UInt64($0) })
        }
      }
    }
    self.processors = processors
    memoryBytes = bytes
  }

  /// Workers that fit, of so many processors.
  public func workers(of machine: Int) -> Int {
    guard let processors else { return machine }
    return max(1, min(machine, Int(processors.rounded(.up))))
  }

  /// Bytes of photographs that may wait: a quarter of the memory, where that is less than the default.
  public func waitingBytes(default bytes: Int) -> Int {
    guard let memoryBytes else { return bytes }
    return min(bytes, max(32 << 20, Int(clamping: memoryBytes / 4)))
  }

  /// Bytes of decoded photographs: a quarter of the memory, where that is less than the default.
  public func decodedBytes(default bytes: Int) -> Int {
    guard let memoryBytes else { return bytes }
    return min(bytes, max(64 << 20, Int(clamping: memoryBytes / 4)))
  }

  /// `/a/b`, `/a` and the root, which is empty.
  private static func ancestors(_ path: String) -> [String] {
    var parts = path.split(separator: "/").map(String.init)
    var paths: [String] = []
    while !parts.isEmpty {
      paths.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return paths + [""]
  }

  private static func words(_ path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Quota and period in microseconds; a quota of `max` or -1 is none.
  private static func share(_ words: [String]) -> Double? {
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0, period > 0 else {
      return nil
    }
    return quota / period
  }
}
