internal import Foundation

/// What a backup says of itself at its beginning.
public struct BackupSummary: Codable, Hashable, Sendable {
  /// When it was begun, milliseconds since 1970 UTC.
  public var createdAt: Int64
  /// The store's change number: the backup has everything up to it and nothing behind it.
  public var changeNumber: UInt64
  /// Galleries in the backup.
  public var galleries: UInt64
  /// Identities in all its galleries.
  public var identities: UInt64
  /// Faces in all its galleries.
  public var faces: UInt64
  /// SHA-256 of the model that answered, in hexadecimal digits.
  public var activeModel: String

  /// A summary of a store at one change number.
  public init(
    createdAt: Int64, changeNumber: UInt64, galleries: UInt64, identities: UInt64, faces: UInt64, activeModel: String
  ) {
    self.createdAt = createdAt
    self.changeNumber = changeNumber
    self.galleries = galleries
    self.identities = identities
    self.faces = faces
    self.activeModel = activeModel
  }

  /// The frame that begins a backup: this summary as JSON with sorted keys.
  public var frame: BackupFrame {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return .summary(Array(try encoder.encode(self)))
    }
  }

  /// Reads the payload of the first frame.
  ///
  /// - Throws: `BackupError` where it is not a summary that this version knows.
  public init(payload: [UInt8]) throws(BackupError) {
    do {
      self = try JSONDecoder().decode(BackupSummary.self, from: Data(payload))
    } catch {
      throw BackupError("the backup's summary cannot be read; it is from a newer faced, or was changed")
    }
  }
}
