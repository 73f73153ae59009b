import Crypto
import FaceAPI
import Foundation

/// The id that names a photograph's answer and makes a retry harmless: the same photograph of the same person, enrolled the same
/// way into the same gallery, has the same id; another `salt` makes it another.
enum RequestID {
  static func of(_ request: Faced_V1_EnrollRequest, salt: String) -> String {
    var hash = SHA256()
    var parts = [request.gallery, request.displayName, request.identity, "\(request.selection.rawValue)", salt]
    if request.hasBox { parts.append("\(request.box.x) \(request.box.y) \(request.box.width) \(request.box.height)") }
    hash.update(data: Data(parts.map { $0 + "\0" }.joined().utf8))
    hash.update(data: request.photo)
    return hash.finalize().prefix(16).map { String(format: "%02x", $0) }.joined()
  }
}
