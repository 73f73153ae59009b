internal import Crypto
internal import Foundation

/// One line of the log: an event, its number and time, the hash of the line before, and its own hash.
///
///     {"event":{…},"number":7,"previous":"9f…","time":"2026-01-31T12:00:00.123Z","hash":"4c…"}
///
/// The hash is SHA-256 over the bytes of the line up to and without `,"hash":`. It covers `previous`, so a line that
/// is changed, added or taken away breaks the chain at its place.
package struct AuditLine: Sendable {
  package let number: UInt64
  package let time: String
  package let event: AuditEvent
  package let previous: String
  package let hash: String
  /// As in the file, without the line feed.
  package let text: String

  /// What stands for the hash of the line before the first.
  package static let beginning = String(repeating: "0", count: 64)

  private struct Body: Codable {
    let event: AuditEvent
    let number: UInt64
    let previous: String
    let time: String
  }

  private static let mark = ",\"hash\":\""
  /// `,"hash":"` and 64 digits and `"}`.
  private static let sealBytes = mark.utf8.count + 64 + 2

  /// Seals an event behind the line whose hash is `previous`.
  init(_ event: AuditEvent, number: UInt64, time: Date, previous: String) throws {
    self.number = number
    self.time = time.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    self.event = event
    self.previous = previous
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = Body(event: event, number: number, previous: previous, time: self.time)
    let open = String(decoding: try encoder.encode(body).dropLast(), as: UTF8.self)
    hash = Self.digest(Array(open.utf8))
    text = open + Self.mark + hash + "\"}"
  }

  /// Reads a line and checks its own hash; nil where it is not a line of this log or was changed.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count > Self.sealBytes else { return nil }
    let open = Array(bytes.dropLast(Self.sealBytes))
    let seal = String(decoding: bytes.suffix(Self.sealBytes), as: UTF8.self)
    let hash = Self.digest(open)
    guard seal == Self.mark + hash + "\"}",
      let body = try? JSONDecoder().decode(Body.self, from: Data(open + Array("}".utf8)))
    else { return nil }
    number = body.number
    time = body.time
    event = body.event
    previous = body.previous
    self.hash = hash
    self.text = text
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
