import Foundation
import Testing

/// A setting that nobody would read is refused, wherever it stands.
@Suite(.serialized) struct SettingsTests {
  private func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> String {
    let data = try TemporaryFolder()
    let ended = try DaemonProcess.run(
      "faced", ["--data", data.path, "--model", "/nowhere", "--address", "127.0.0.1:0"] + arguments,
      environment: environment)
    #expect(ended.status != 0 && ended.text.isEmpty)
    return ended.errors
  }

  @Test func aMisspeltVariableIsNamedWithASuggestion() throws {
    let errors = try start(environment: ["FACED_FALSE_POSITIVE_RAET": "0.1"])
    #expect(errors.contains("FACED_FALSE_POSITIVE_RAET") && errors.contains("did you mean FACED_FALSE_POSITIVE_RATE?"))
    #expect(try start(environment: ["FACED_WORKERS": ""]).contains("FACED_WORKERS is empty"))
    #expect(try start(environment: ["FACED_WORKERS": "two"]).contains("--workers"))
    #expect(try start(environment: ["FACED_ALLOW_REMOTE": "perhaps"]).contains("--allow-remote"))
  }

  @Test(arguments: [
    (#"{"worker": 2}"#, "did you mean workers?"), (#"{"workers": "2"}"#, "whole number"),
    (#"{"workers": true}"#, "whole number"),
    (#"{"workers": 2.5}"#, "whole number"), (#"{"data": 5}"#, "text"), (#"{"allowRemote": 1}"#, "true or false"),
    ("[]", "JSON object"), ("{", "JSON object"),
  ])
  func aFileIsCheckedWhole(_ text: String, _ said: String) throws {
    let work = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: work.file("faced.json")))
    let errors = try start(["--config", work.file("faced.json")])
    #expect(errors.contains(said), "\(errors)")
    #expect(try start(environment: ["FACED_CONFIG": work.file("faced.json")]).contains(said))
  }

  @Test func remoteCanBeAllowedFromTheEnvironment() throws {
    let data = try TemporaryFolder()
    let ended = try DaemonProcess.run(
      "faced", ["--data", data.path, "--address", "0.0.0.0:0", "--model", "/nowhere"],
      environment: ["FACED_ALLOW_REMOTE": "true"])
    #expect(!ended.errors.contains("--allow-remote"))
  }

  @Test func severalAddressesByOptionsOrByCommas() throws {
    let work = try TemporaryFolder()
    let (first, second) = ("unix:\(work.file("a.sock"))", "unix:\(work.file("b.sock"))")
    let daemon = try DaemonProcess(
      data: try TemporaryFolder(), arguments: ["--address", "\(first),\(second)"])
    for address in [daemon.address, first, second] {
      #expect(try DaemonProcess.run("facectl", ["status", "--address", address]).status == 0, "\(address)")
    }
    #expect(daemon.stop() == 0)
    // Each of them is looked at: one beyond loopback is refused beside one that is not.
    #expect(try start(["--address", "127.0.0.1:0,0.0.0.0:0"]).contains("--allow-remote"))
  }

  @Test func aClosedTerminalDoesNotEndTheDaemon() throws {
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    kill(daemon.processIdentifier, SIGHUP)
    #expect(try daemon.facectl(["status"]).status == 0)
    #expect(daemon.stop() == 0)
  }
}
