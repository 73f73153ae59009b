internal import FaceTypes
internal import Glibc

/// Lists folders, in an order that does not depend on the file system.
package enum Folder {
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  /// The names in a folder in the order of their bytes, without hidden ones.
  package static func names(_ path: String) throws(TrainingError) -> [String] {
    guard let folder = opendir(path) else {
      throw TrainingError(.unreadable, "cannot open the folder '\(path)': \(systemMessage(errno))")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// `sub-folder/picture` for every JPEG or PNG one level below.
  package static func pictures(_ path: String) throws(TrainingError) -> [String] {
    var found: [String] = []
    for folder in try names(path) {
      guard isFolder("\(path)/\(folder)") else { continue }
      for name in try names("\(path)/\(folder)") where isPicture(name) { found.append("\(folder)/\(name)") }
    }
    return found
  }

  private static func isPicture(_ name: String) -> Bool {
    let lower = name.lowercased()
    return [".jpg", ".jpeg", ".png"].contains { lower.hasSuffix($0) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
