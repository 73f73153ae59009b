import FaceEngine
import Foundation
import Testing

@Suite struct MachineLimitsTests {
  private func limits(_ files: [String: String], group: String) throws -> MachineLimits {
    let root = FileManager.default.temporaryDirectory.appending(path: "faced-groups-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, text) in files {
      let file = root.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return MachineLimits(
      root: root.path(percentEncoded: false), group: group, machineBytes: 64 << 30, descriptors: 1024)
  }

  @Test func theTightestGroupOnTheWayUpCounts() throws {
    let found = try limits(
      [
        "pod/cpu.max": "150000 100000\n", "pod/memory.max": "1073741824\n", "pod/one/cpu.max": "max 100000\n",
        "pod/one/memory.max": "2147483648\n",
      ], group: "0::/pod/one\n")
    #expect(found.processors == 1.5 && found.memoryBytes == 1 << 30)
    #expect(found.workers(of: 16) == 2 && found.workers(of: 1) == 1)
    #expect(found.waitingBytes(default: 512 << 20) == 256 << 20)
  }

  @Test func versionOneAndNoLimit() throws {
    let old = try limits(
      [
        "cpu/a/cpu.cfs_quota_us": "50000\n", "cpu/a/cpu.cfs_period_us": "100000\n",
        "memory/a/memory.limit_in_bytes": "9223372036854771712\n",
      ], group: "4:cpu,cpuacct:/a\n7:memory:/a\n")
    #expect(old.processors == 0.5 && old.memoryBytes == nil && old.workers(of: 8) == 1)
    let none = try limits(["cpu.max": "max 100000\n"], group: "0::/\n")
    #expect(none.processors == nil && none.workers(of: 8) == 8 && none.waitingBytes(default: 7) == 7)
  }
}
