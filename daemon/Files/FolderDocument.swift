import Foundation
import Synchronization

/// A file of the data folder, for its owner alone.
final class FolderDocument: KeptDocument {
  /// Its path.
  let place: String
  /// Comparing and replacing is one step.
  private let turn = Mutex(())

  init(place: String) { self.place = place }

  func read() throws -> Data? {
    guard FileManager.default.fileExists(atPath: place) else { return nil }
    guard let data = FileManager.default.contents(atPath: place) else { throw FileError("cannot read", place) }
    return data
  }

  func replace(_ old: Data?, with new: Data) async throws -> Bool {
    try await Blocking.run { [self] in
      try turn.withLock { _ in
        guard try read() == old else { return false }
        try DurableFile.replace(place, with: new)
        return true
      }
    }
  }

  func append(_ line: Data) async throws {
    try await Blocking.run { [self] in
      try turn.withLock { _ in try DurableFile.append(line + Data("\n".utf8), to: place) }
    }
  }

  func lines() throws -> [Data] {
    try read()?.split(separator: UInt8(ascii: "\n")).map { Data($0) } ?? []
  }
}
