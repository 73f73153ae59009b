import GRPCCore

/// The name of a call in logs: the client's own `x-request-id` where it is fit for a log line, or one made here.
enum RequestID {
  static let key = "x-request-id"
  static let maximumBytes = 64

  static func of(_ metadata: Metadata) -> String {
    guard let given = metadata[stringValues: key].first(where: { _ in true }), isFit(given) else {
      return String(UInt64.random(in: .min ... .max), radix: 16)
    }
    return given
  }

  private static func isFit(_ text: String) -> Bool {
    let allowed = UInt8(ascii: "!")...UInt8(ascii: "~")
    let marks: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "\\")]
    return (1...maximumBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { allowed.contains($0) && !marks.contains($0) }
  }
}
