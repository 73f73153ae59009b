import Foundation
import Testing

/// The kernels for ARM, run under an emulator where this machine is none.
@Suite("NEON kernels") struct NEONTests {
  private static let hasTools = ["aarch64-linux-gnu-gcc", "qemu-aarch64"].allSatisfy { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains { folder in
      FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)")
    }
  }

  @Test(
    "Every one gives the plain twin's bits",
    .enabled(if: hasTools, "install gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user to try them"))
  func againstPlain() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let script = Process()
    script.executableURL = root.appendingPathComponent("scripts/test-neon.sh")
    let output = Pipe()
    script.standardOutput = output
    try script.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    script.waitUntilExit()
    #expect(script.terminationStatus == 0 && text.contains(" comparisons, 0 differ"), "\(text)")
  }
}
