import FaceEngine
import Foundation

/// What the daemon keeps for itself: a text that is replaced whole, or lines that are only added.
///
/// A daemon with a store of its own keeps it in files of the data folder. Several daemons over one store keep it there, so that
/// what one is told holds for all.
protocol KeptDocument: Sendable {
  /// Where it is, for messages.
  var place: String { get }
  /// All of it; nil where there is nothing yet.
  func read() throws -> Data?
  /// Replaces it, if it is still what was read.
  /// - Returns: false, with nothing changed, where somebody else has replaced it since.
  func replace(_ old: Data?, with new: Data) async throws -> Bool
  /// Adds a line to a document of lines.
  func append(_ line: Data) async throws
  /// The lines that were added, oldest first. One that a crash cut off may be among them.
  func lines() throws -> [Data]
}

/// Where the daemon keeps its own documents.
enum DocumentPlace {
  case folder(String)
  /// The store, and the data folder: what is in the folder's files is taken into a store that has none yet.
  case store(FaceEngine, String)

  /// - Parameters:
  ///   - name: in a store.
  ///   - path: in the data folder.
  func document(_ name: String, at path: String) -> any KeptDocument {
    switch self {
    case .folder(let folder): FolderDocument(place: "\(folder)/\(path)")
    case .store(let store, _): StoreDocument(store: store, name: name)
    }
  }

  /// What a daemon kept in its folder before its store was shared goes on to hold, unless the store has said something since.
  /// - Returns: whether it was taken into the store.
  func adopt(_ name: String, from path: String) async throws -> Bool {
    guard case .store(let store, let folder) = self, let data = try FolderDocument(place: "\(folder)/\(path)").read()
    else { return false }
    return try await StoreDocument(store: store, name: name).replace(nil, with: data)
  }
}
