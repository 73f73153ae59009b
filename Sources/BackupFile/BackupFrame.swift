internal import Crypto

/// A backup is a row of frames, each with a checksum that covers all frames before it too.
///
///     16 bytes   "faced backup 1\n" and a zero byte
///     frame      u8 kind, u32 bytes of the payload (little-endian), payload, 32 bytes checksum
///     …
///
/// The checksum is SHA-256 over the checksum of the frame before (32 zero bytes for the first), the kind, the length and
/// the payload. So a damaged, missing, added or exchanged frame is found when it is read, and the last frame vouches for the whole
/// file.
public enum BackupFrame: Hashable, Sendable {
  /// JSON: `BackupSummary`. The first frame.
  case summary([UInt8])
  /// Records of the store: u32 bytes of key, u32 bytes of value, key, value; and so on.
  case records([UInt8])
  /// A model's file begins: its name, `{sha256}`, in ASCII.
  case modelName([UInt8])
  /// The next bytes of the model's file.
  case modelBytes([UInt8])
  /// Nothing follows.
  case end

  /// A payload at most.
  public static let maximumBytes = 4 << 20

  /// The 16 bytes that every backup begins with.
  public static let magic = Array("faced backup 1\n".utf8) + [0]

  var kind: UInt8 {
    switch self {
    case .summary: 1
    case .records: 2
    case .modelName: 3
    case .modelBytes: 4
    case .end: 5
    }
  }

  var payload: [UInt8] {
    switch self {
    case .summary(let bytes), .records(let bytes), .modelName(let bytes), .modelBytes(let bytes): bytes
    case .end: []
    }
  }

  init?(kind: UInt8, payload: [UInt8]) {
    switch kind {
    case 1: self = .summary(payload)
    case 2: self = .records(payload)
    case 3: self = .modelName(payload)
    case 4: self = .modelBytes(payload)
    case 5 where payload.isEmpty: self = .end
    default: return nil
    }
  }
}

/// The head of a frame and the checksum behind it.
enum FrameSeal {
  static let headBytes = 5
  static let checksumBytes = 32

  static func head(kind: UInt8, count: Int) -> [UInt8] {
    let count = UInt32(count)
    return [kind] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }

  static func checksum(previous: [UInt8], head: [UInt8], payload: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    hash.update(data: head)
    hash.update(data: payload)
    return Array(hash.finalize())
  }
}

/// Why a backup cannot be read.
public struct BackupError: Error, Sendable {
  /// What is wrong with the file and what to do, for people.
  public let message: String
  /// An error with its text for people.
  public init(_ message: String) { self.message = message }
}
