import FaceAPI
import Foundation
import SwiftProtobuf

/// The files of an exported gallery and what stands in them. The guide "Export and import" says it for other programs.
enum ExportFormat {
  static let name = "faced-export"
  static let version = 1

  static let manifest = "export.json"
  static let identities = "identities.jsonl"
  static let faces = "faces.jsonl"
  static let vectors = "vectors.npy"
  static let crops = "crops"
  /// As `sha256sum` writes it, of the other files but the crops, whose digests are in `faces.jsonl`.
  static let sums = "SHA256SUMS"
  static let summed = [manifest, identities, faces, vectors]

  /// What stands in `export.json`.
  struct Manifest: Codable {
    var format = ExportFormat.name
    var version = ExportFormat.version
    let exported: String
    let gallery: String
    let description: String
    let discardsCrops: Bool
    /// `models/{sha256}`; empty where none was active.
    let model: String
    let dimension: Int
    let change: Int64
    var identities = 0
    var faces = 0
    var vectors = 0
    var crops = 0
    /// Faces whose photograph's digest is not known.
    var withoutDigest = 0
    var leftOut: [String] = []
  }

  /// A line of `identities.jsonl`.
  struct IdentityLine: Codable {
    let identity: UInt64
    let name: String
    let created: String
    let faces: Int64
    let labels: [String: String]?
  }

  /// A line of `faces.jsonl`.
  struct FaceLine: Codable {
    let face: UInt64
    let identity: UInt64
    let created: String
    let source: String?
    /// x, y, width, height in pixels of the upright photograph.
    let box: [Double]?
    let score: Double
    let quality: Double?
    let photographSha256: String?
    /// Its row in `vectors.npy`, from 0.
    let row: Int?
    /// Its file within the folder.
    let crop: String?
    let cropSha256: String?
    /// Right eye, left eye, nose, right and left mouth corner in pixels of the crop.
    let landmarks: [[Double]]?
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  /// Where a face's crop lies: a thousand to a folder.
  static func crop(of face: UInt64) -> String { "\(crops)/\(face / 1000)/\(face).jpg" }
}

/// Moments to the millisecond, as in 2026-01-31T12:00:00.250Z.
enum ExportTime {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// The milliseconds are written by hand: as a fraction of a `Date` they come out one too low at times.
  static func text(_ time: Google_Protobuf_Timestamp) -> String {
    let second = Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
    return second.dropLast() + String(format: ".%03dZ", time.nanos / 1_000_000)
  }

  static func time(_ text: String) -> Google_Protobuf_Timestamp? {
    guard let date = try? Date(text, strategy: style) else { return nil }
    // What was a whole number of milliseconds is one again.
    let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    guard milliseconds >= 0 else { return nil }
    return Google_Protobuf_Timestamp(
      seconds: milliseconds / 1000, nanos: Int32(milliseconds % 1000) * 1_000_000)
  }
}
