import Foundation
import Testing

/// What is printed arrives, or the program says that it did not.
@Suite(.serialized) struct PrintingTests {
  @Test(arguments: ["status", "status --json", "identity list", "identity list --json", "help", "--version", ""])
  func aFullDiskIsNoSuccess(_ command: String) throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    for output in [">/dev/full", ">&-"] {
      let ended = try daemon.shell("\"$FACECTL\" \(command) \(output)")
      if command.hasPrefix("identity list --json") { continue }
      #expect(ended.status == 1, "\(command) \(output)")
      #expect(ended.errors.split(separator: "\n").count == 1 && ended.errors.hasPrefix("facectl: "))
    }
  }

  @Test(arguments: ["status", "status --json", "help"])
  func aReaderThatGoesIsNoCrash(_ command: String) throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let ended = try daemon.shell(
      "trap '' PIPE; { sleep 0.2; \"$FACECTL\" \(command); echo $? >&2; } | true")
    #expect(ended.errors == "141\n")
  }

  @Test func aClosedStandardErrorChangesNothing() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    #expect(try daemon.shell("\"$FACECTL\" identify /nowhere.jpg 2>&-").status == 3)
    #expect(try daemon.shell("\"$FACECTL\" identity get nobody 2>/dev/full").status == 1)
    #expect(try daemon.shell("\"$FACECTL\" identity get 2>&-").status == 64)
  }

  /// A terminal obeys control characters, and marks that turn text round make one name look like another.
  @Test func namesCannotCommandTheTerminal() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let odd = work.file("a\u{1B}[31m\u{202E}b\u{9B}c\n.jpg")
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: odd))
    let text = try daemon.facectl(["identify", odd])
    #expect(text.status == 3 && text.text.split(separator: "\n").count == 1)
    #expect(text.text.contains("\\u{1b}[31m\\u{202e}b\\u{9b}c\\u{0a}"))
    let json = try daemon.facectl(["identify", odd, "--json"])
    #expect(!json.text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 0x9B })
    #expect(try json.objects(Identified.self).first?.file == odd)
  }

  @Test func everyErrorIsAnObjectUnderJSON() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    func reason(_ arguments: [String], _ status: Int32) throws -> String? {
      let ended = try daemon.facectl(arguments + ["--json"])
      #expect(ended.status == status && ended.errors.isEmpty, "\(arguments)")
      return try ended.objects(Failed.self).first?.error.reason
    }
    #expect(try reason(["identify", "--candidates", "0", "x.jpg"], 64) == "USAGE")
    #expect(try reason(["identify", "--bogus"], 64) == "USAGE")
    #expect(try reason(["identity", "get"], 64) == "USAGE")
    #expect(try reason(["nonsense"], 64) == "USAGE")
    #expect(try reason(["identity", "get", "nobody"], 1) == "IDENTITY_NOT_FOUND")
    #expect(try reason(["verify", "/nowhere.jpg", "--identity", "a"], 3) == "NOT_FOUND")
    #expect(try reason(["model", "add", "/nowhere"], 1) == "UNREADABLE")
    #expect(try reason(["gallery", "create", "No Good"], 64) == "INVALID_NAME")
    #expect(try reason(["gallery", "delete", "a"], 64) == "USAGE")
    #expect(try reason(["identity", "delete", "a"], 64) == "USAGE")
    let nobody = try DaemonProcess.run("facectl", ["--address", "127.0.0.1:1", "status", "--json"])
    #expect(try nobody.status == 1 && nobody.objects(Failed.self).first?.error.reason == "NO_DAEMON")
  }

  @Test func usageIsThatOfTheCommand() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    for arguments in [
      ["identify", "a.jpg", "--candidates", "101"], ["identify", "a.jpg", "--candidates", "many"], ["identify"],
      ["identify", "a.jpg", "--bogus"], ["--timeout", "0", "identify", "a.jpg"],
    ] {
      let ended = try daemon.facectl(arguments)
      #expect(ended.status == 64 && ended.errors.contains("Usage: facectl identify"), "\(arguments): \(ended.errors)")
    }
    let both = try daemon.facectl(["verify", "a.jpg", "b.jpg", "--identity", "c"])
    #expect(both.status == 64 && both.errors.contains("give either a second photograph or --identity"))
  }

  @Test func aDaemonThatIsStoppedIsNotWaitedForForever() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    kill(daemon.processIdentifier, SIGSTOP)
    defer { kill(daemon.processIdentifier, SIGCONT) }
    let ended = try daemon.facectl(["status", "--timeout", "1", "--json"])
    #expect(try ended.status == 1 && ended.objects(Failed.self).first?.error.reason == "NO_ANSWER")
  }
}
