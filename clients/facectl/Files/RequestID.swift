import Crypto
import FaceAPI
import Foundation

/// The id that makes repeating an enrolment harmless: the same photograph of the same person, enrolled the same way
/// into the same gallery, has the same id; another `salt` makes it another.
enum RequestID {
  static func of(
    _ identity: String, gallery: String, selection: Faced_V1_FaceSelection, salt: String, _ photo: Data
  ) -> String {
    var hash = SHA256()
    hash.update(data: Data("\(gallery)\0\(identity)\0\(selection.rawValue)\0\(salt)\0".utf8))
    hash.update(data: photo)
    return hash.finalize().prefix(16).map { String(format: "%02x", $0) }.joined()
  }
}
