import Foundation
import Hummingbird

/// The parts of a multipart/form-data body (RFC 7578).
struct MultipartForm {
  struct Part {
    let name: String
    let fileName: String?
    let data: Data
  }

  static let maximumParts = 32
  let parts: [Part]

  subscript(name: String) -> Data? { parts.first { $0.name == name }?.data }

  /// - Throws: `HTTPFailure` for a body that is not what its type says.
  init(_ body: Data, type: String) throws {
    guard let boundary = Self.parameter("boundary", of: type), (1...70).contains(boundary.utf8.count) else {
      throw Self.failure("a form needs a boundary in its Content-Type")
    }
    let delimiter = Data("--\(boundary)".utf8)
    guard var position = body.range(of: delimiter)?.upperBound else { throw Self.failure("it has no parts") }
    var parts: [Part] = []
    while !body[position...].starts(with: Data("--".utf8)) {
      guard parts.count < Self.maximumParts else { throw Self.failure("it has more than \(Self.maximumParts) parts") }
      guard let head = body.range(of: Data("\r\n\r\n".utf8), in: position..<body.endIndex),
        let end = body.range(of: Data("\r\n".utf8) + delimiter, in: head.upperBound..<body.endIndex)
      else { throw Self.failure("a part does not end") }
      let lines = String(decoding: body[position..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      guard let disposition = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
        let name = Self.parameter("name", of: disposition)
      else { throw Self.failure("a part has no name") }
      parts.append(
        Part(
          name: name, fileName: Self.parameter("filename", of: disposition),
          data: Data(body[head.upperBound..<end.lowerBound])))
      position = end.upperBound
    }
    self.parts = parts
  }

  /// `name="value"` or `name=value` among a header's parameters.
  private static func parameter(_ name: String, of header: String) -> String? {
    for piece in header.split(separator: ";").dropFirst() {
      let pair = piece.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard pair.count == 2, pair[0].lowercased() == name else { continue }
      return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }
    return nil
  }

  private static func failure(_ message: String) -> HTTPFailure {
    HTTPFailure(.badRequest, "INVALID_ARGUMENT", "the form cannot be read: \(message)")
  }
}
