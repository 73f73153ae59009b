import Foundation
import TestPostgreSQL
import Testing

// What daemons of one store share beside faces.
extension ReplicaTests {
  private struct Made: Decodable { let id, token: String }
  private struct Receipt: Decodable { let faces: Int }

  private func made(_ daemon: DaemonProcess) throws -> Made {
    try #require(
      try daemon.facectl(["token", "create", "--scopes", "read", "--json"]).objects(Made.self).first)
  }

  private func isLetIn(_ token: Made, _ daemon: DaemonProcess) throws -> Bool {
    try daemon.facectl(["identity", "list", "--token", token.token]).status == 0
  }

  @Test func aTokenIsGoodEverywhereAndItsEndToo() throws {
    let (a, b) = (try daemon(), try daemon())
    let token = try made(a)
    #expect(try isLetIn(token, a))
    try eventually("the other daemon knows the token") { try isLetIn(token, b) }
    #expect(try b.facectl(["token", "revoke", token.id]).status == 0)
    #expect(try !isLetIn(token, b))
    try eventually("a token that was revoked at another daemon is refused") { try !isLetIn(token, a) }
    // Tokens made at both at the same time are all there.
    let all = Set(try (0..<4).map { try made($0 % 2 == 0 ? a : b).id })
    try eventually("both list all tokens") {
      try [a, b].allSatisfy { daemon in
        all.isSubset(of: try daemon.facectl(["token", "list", "--json"]).objects(Listed.self).map(\.id))
      }
    }
  }

  private struct Listed: Decodable { let id: String }

  @Test func tokensOfAFolderAreTakenAlongOnce() throws {
    let data = try TemporaryFolder()
    let alone = try DaemonProcess(data: data)
    let token = try made(alone)
    #expect(alone.stop() == 0)
    let path = data.file("access/tokens.json")
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("access"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: path, toPath: folder.file("access/tokens.json"))
    let first = try daemon(nil, folder)
    #expect(try isLetIn(token, first))
    #expect(try first.facectl(["token", "revoke", token.id]).status == 0)
    #expect(first.stop() == 0)
    #expect(try !isLetIn(token, try daemon(nil, folder)), "a file does not bring back what was revoked")
  }

  @Test func onePolicyIsKeptByOneAndToldByAll() throws {
    let work = try TemporaryFolder()
    let (a, b) = (try daemon(), try daemon())
    #expect(try a.facectl(["enroll", work.gallery(people: 3, pictures: 1)]).status == 0)
    #expect(try b.facectl(["retention", "set", "--days", "1", "--yes"]).status == 0)
    try eventually("the other daemon knows the policy") {
      try a.facectl(["retention", "show"]).text.contains("1 days")
    }
    sleep(2)
    #expect(try b.facectl(["retention", "set", "--days", "0.00001", "--yes"]).status == 0)
    for daemon in [a, b] {
      try eventually("the receipt is there") {
        try daemon.facectl(["retention", "receipts", "--json"]).objects(Receipt.self).map(\.faces) == [3]
      }
      #expect(try daemon.facectl(["identity", "list", "--json"]).text.isEmpty)
    }
  }
}
