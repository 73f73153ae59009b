internal import FaceTypes
internal import Foundation

/// The data folder as it is found at a start, before anything is made in it.
///
/// A folder that lacks its store may be a partial copy, or the wrong disk may be mounted: beginning anew there would
/// hide the loss. So a store is begun only where the folder is absent or empty.
enum DataFolder {
  /// Whether a store may be begun in the folder when it has none.
  ///
  /// - Throws: `STORE_DAMAGED` when the folder holds a part of what faced keeps, `DIRECTORY_UNUSABLE` when it holds
  ///   other files.
  static func mayBegin(_ path: String) throws(EngineError) -> Bool {
    let names = contents(path)
    // A first start that was cut off leaves empty folders, and a log that somebody begins beside the store an empty file.
    let others = names.filter { name in
      name != "store" && name != "lost+found" && !isEmpty("\(path)/\(name)", mayBeFile: !kept.contains(name))
    }
    if others.isEmpty { return true }
    guard contents("\(path)/store").isEmpty else { return false }
    let shown = others.sorted().prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    if !kept.isDisjoint(with: others) {
      throw EngineError(
        .dataLoss, .storeDamaged,
        "the data folder '\(path)' was faced's (it holds \(shown)), and its folder store/ is missing or empty. Nothing "
          + "was changed: put store/ back or restore a backup; to begin anew, choose an empty folder with --data")
    }
    throw EngineError(
      .failedPrecondition, .directoryUnusable,
      "the folder '\(path)' holds other files (\(shown)); choose an empty one with --data")
  }

  /// Folders that faced keeps beside its store.
  private static let kept: Set = ["models", "index", "access", "audit", "retention"]

  /// Names of the folder's entries.
  private static func contents(_ path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }

  private static func isEmpty(_ path: String, mayBeFile: Bool) -> Bool {
    if let names = try? FileManager.default.contentsOfDirectory(atPath: path) { return names.isEmpty }
    guard mayBeFile, let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return false }
    return attributes[.type] as? FileAttributeType == .typeRegular && attributes[.size] as? Int == 0
  }
}
