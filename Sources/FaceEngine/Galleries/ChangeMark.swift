internal import FaceTypes
internal import Foundation

/// The store's change number as it was a moment ago, in a file outside the store.
///
/// A log that was cut off at the end of a record looks like one that ends there. The mark tells the two apart: a store
/// that stands at an earlier change than the mark has lost some, and is not served.
public enum ChangeMark {
  static func path(_ directory: String) -> String { directory + "/index/change" }

  /// Notes the number. Not synced: a mark that is lost is only missed.
  static func write(_ number: UInt64, _ directory: String) {
    try? Data("\(number)\n".utf8).write(to: URL(fileURLWithPath: path(directory)), options: .atomic)
  }

  /// The noted number; nil where there is none.
  ///
  /// - Parameter directory: the data folder.
  public static func read(_ directory: String) -> UInt64? {
    guard let data = FileManager.default.contents(atPath: path(directory)) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.hasSuffix("\n") ? UInt64(text.dropLast()) : nil
  }

  /// Goes on from the store as it is: removes the mark and the indexes, which may be of later changes.
  public static func remove(_ directory: String) {
    let folder = directory + "/index"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name == "change" || name.hasSuffix(".index") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// - Throws: `STORE_DAMAGED` when the store stands before the mark.
  static func check(_ directory: String, store number: UInt64) throws(EngineError) {
    if let mark = read(directory), mark > number { throw lost(stands: number, had: mark) }
  }

  static func lost(stands: UInt64, had: UInt64) -> EngineError {
    EngineError(
      .dataLoss, .storeDamaged,
      "the store has lost its last changes: it stands at change \(stands) and had reached \(had); faces that were "
        + "enrolled are missing, and some that were deleted may be back. Restore a backup with `faced restore`, or go on "
        + "with what is there by `faced repair`")
  }
}
