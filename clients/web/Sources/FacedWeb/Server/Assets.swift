import Foundation
import HTTPTypes
import Hummingbird

/// The console's files, read once from beside the program.
struct Assets: Sendable {
  private let files: [String: (type: String, bytes: ByteBuffer)]

  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml", "binpb": "application/x-protobuf",
  ]

  init() throws {
    let folder = Bundle.module.resourceURL!.appendingPathComponent("Console")
    var files: [String: (String, ByteBuffer)] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      guard let type = Self.types[(name as NSString).pathExtension] else { continue }
      files[name] = (type, ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(name))))
    }
    self.files = files
  }

  func add(to router: Router<WebContext>) {
    router.get("/") { _, _ in try respond("index.html") }
    router.get("/console/{file}") { _, context in try respond(try context.parameters.require("file")) }
  }

  func data(_ name: String) -> Data? { files[name].map { Data($0.bytes.readableBytesView) } }

  private func respond(_ name: String) throws -> Response {
    guard let file = files[name] else { throw HTTPFailure(.notFound, "NOT_FOUND", "there is no such page") }
    // The files change with the program; the browser asks again each time.
    return Response(
      status: .ok, headers: [.contentType: file.type, .cacheControl: "no-cache"], body: .init(byteBuffer: file.bytes))
  }
}
