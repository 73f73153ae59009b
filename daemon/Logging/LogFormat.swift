import Foundation
import Logging

/// How log lines look.
enum LogFormat: String, Sendable {
  case text
  /// One JSON object a line, for programs that gather logs.
  case json

  var handler: @Sendable (String) -> any LogHandler {
    switch self {
    case .text: { LogThreshold.Handler(StreamLogHandler.standardError(label: $0)) }
    case .json: { LogThreshold.Handler(JSONLogHandler(label: $0)) }
    }
  }
}

/// Log lines as JSON objects on standard error: `time`, `level`, `logger`, `message`, and the metadata's own keys.
struct JSONLogHandler: LogHandler {
  let label: String
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues { "\($0)" }
    fields["time"] = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    fields["level"] = event.level.rawValue
    fields["logger"] = label
    fields["message"] = "\(event.message)"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(fields) else { return }
    FileHandle.standardError.write(line + Data("\n".utf8))
  }
}
