import Foundation
import Testing

/// `kill -9` in the middle of an enroll stream.
@Suite(.serialized) struct CrashTests {
  @Test(.timeLimit(.minutes(5))) func everyAcknowledgedFaceIsThereAfterAKill() throws {
    let work = try TemporaryFolder()
    let data = try TemporaryFolder()
    let folder = try work.gallery(people: 12, pictures: 5)
    let daemon = try DaemonProcess(data: data)

    // The client runs beside; the daemon is killed as soon as it has acknowledged some faces and not all.
    let client = Process()
    client.executableURL = DaemonProcess.programs.appendingPathComponent("facectl")
    client.arguments = ["--address", daemon.address, "enroll", folder]
    client.standardOutput = FileHandle.nullDevice
    client.standardError = FileHandle.nullDevice
    try client.run()
    var acknowledged = 0
    while acknowledged < 5 {
      acknowledged = try faces(daemon)
      try #require(client.isRunning || acknowledged >= 5, "the enrolment ended before the kill")
    }
    daemon.kill()
    client.waitUntilExit()
    #expect(client.terminationStatus != 0, "a client whose daemon died must not say that all is well")

    let revived = try DaemonProcess(data: data)
    let found = try faces(revived)
    #expect(found >= acknowledged, "\(acknowledged) faces were acknowledged, \(found) are there")
    #expect(found < 60, "the kill came too late to show anything")
    // Nothing half-written is visible: what is listed is searched, and counts agree.
    let listed = try revived.facectl(["identity", "list", "--json"]).objects(ListedIdentity.self)
    #expect(listed.map(\.faces).reduce(0, +) == found)
    #expect(listed.allSatisfy { $0.faces > 0 })
    for person in listed where person.faces == 5 {
      let probe = "\(folder)/\(person.identity)/0.jpg"
      let answer = try revived.facectl(["identify", probe, "--json"]).objects(Identified.self)
      #expect(answer.first?.faces.first?.candidates.first?.identity == person.identity)
    }

    // The same command again does what was left, and nothing twice.
    let again = try revived.facectl(["enroll", folder, "--json"]).objects(Enrolled.self)
    #expect(again.first?.enrolledBefore == found && again.first?.enrolledFaces == 60 - found)
    #expect(try faces(revived) == 60)
  }

  private func faces(_ daemon: DaemonProcess) throws -> Int {
    struct Status: Decodable { let faces: Int }
    return try daemon.facectl(["status", "--json"]).objects(Status.self).first?.faces ?? 0
  }
}
