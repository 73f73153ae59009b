import ArgumentParser
import FaceAPI
import Foundation

/// A photograph on the disk and whom it shows.
struct Photograph: Sendable {
  let path: String
  let identity: String
}

/// Finds the photographs that a person means by files and folders.
enum Photographs {
  static let extensions: Set<String> = ["jpg", "jpeg", "png"]
  /// The daemon's own limit may be lower; more than this is never read.
  static let maximumBytes = 32 << 20

  /// Files are of `identity`; so are the pictures of a folder where it is given. Without it a folder has one
  /// sub-folder for each identity, named like it.
  static func collect(_ paths: [String], identity: String?) throws -> [Photograph] {
    var found: [Photograph] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw ValidationError("there is no file or folder '\(path)'")
      }
      if let identity {
        let files = isFolder.boolValue ? try pictures(in: path) : [path]
        found += files.map { Photograph(path: $0, identity: identity) }
      } else if isFolder.boolValue {
        for folder in try folders(in: path) {
          let name = URL(fileURLWithPath: folder).lastPathComponent
          found += try pictures(in: folder).map { Photograph(path: $0, identity: name) }
        }
      } else {
        throw ValidationError("say whom '\(path)' shows: --identity NAME")
      }
    }
    guard !found.isEmpty else {
      throw ValidationError(
        "no JPEG or PNG was found; a folder needs one sub-folder for each identity, or --identity NAME")
    }
    return found
  }

  /// The bytes of a photograph, or why they could not be had.
  static func read(_ path: String) -> Result<Data, Refusal> {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let size = (attributes[.size] as? NSNumber)?.intValue
    else { return .failure(Refusal(reason: "UNREADABLE", message: "the file cannot be read")) }
    guard size <= maximumBytes else {
      return .failure(
        Refusal(
          reason: "IMAGE_TOO_LARGE", message: "the file has \(size >> 20) MiB; at most \(maximumBytes >> 20) are sent"))
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(Refusal(reason: "UNREADABLE", message: "the file cannot be read"))
    }
    return .success(data)
  }

  private static func pictures(in folder: String) throws -> [String] {
    try entries(of: folder).filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }
  }

  private static func folders(in folder: String) throws -> [String] {
    try entries(of: folder).filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  private static func entries(of folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
      .map { URL(fileURLWithPath: folder).appendingPathComponent($0).relativePath }
  }
}

/// A photograph that was not enrolled or asked about, and why.
struct Refusal: Error, Sendable {
  let reason: String
  let message: String
}
