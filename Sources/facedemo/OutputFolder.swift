import Foundation

/// The folder that the demonstration writes into. Only what an earlier demonstration made is ever removed.
enum OutputFolder {
  struct NotOurs: Error, CustomStringConvertible {
    let description: String
  }

  /// Says that the demonstration made the folder.
  private static let mark = ".faced-demonstration"
  /// What it puts there.
  private static let contents = ["enroll", "ask", "strangers", "rehearsal", "state", "contact-sheet.png"]

  /// Makes the folder, or clears an earlier demonstration out of it.
  /// - Throws: `NotOurs` for a folder with anything else in it, which stays as it is.
  static func prepare(_ path: String) throws -> URL {
    let manager = FileManager.default
    let folder = URL(fileURLWithPath: path)
    let isFolder = (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
    if isFolder == false { throw NotOurs(description: "'\(path)' is a file; give a folder with --output") }
    do {
      if isFolder == nil { try manager.createDirectory(at: folder, withIntermediateDirectories: true) }
      let names = try manager.contentsOfDirectory(atPath: folder.path)
      guard names.isEmpty || names.contains(mark) else {
        throw NotOurs(
          description: "'\(path)' has files that no demonstration made, and they stay; give a new folder with --output")
      }
      for name in contents where names.contains(name) {
        try manager.removeItem(at: folder.appendingPathComponent(name))
      }
      try Data().write(to: folder.appendingPathComponent(mark))
    } catch let error as NotOurs {
      throw error
    } catch {
      throw NotOurs(description: "the folder '\(path)' cannot be made or written; give another with --output")
    }
    return folder
  }
}
