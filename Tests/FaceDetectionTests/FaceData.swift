import Foundation

/// Real photographs, where they are at hand: the folder of `FACED_TEST_FACES`, or `../shared/data` beside the package.
enum FaceData {
  static let folder: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let beside = package.appending(path: "../shared/data").path
    let candidate = ProcessInfo.processInfo.environment["FACED_TEST_FACES"] ?? beside
    return FileManager.default.fileExists(atPath: candidate + "/photos/known") ? candidate : nil
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: folder! + "/" + path)))
  }

  static func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder! + "/" + path).sorted()
  }
}
