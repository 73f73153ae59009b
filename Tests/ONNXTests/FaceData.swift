import Foundation

/// Public model files, where they are at hand: the folder of `FACED_TEST_FACES`, or `../shared/data` beside the package.
enum FaceData {
  static let folder: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let beside = package.appending(path: "../shared/data").path
    let candidate = ProcessInfo.processInfo.environment["FACED_TEST_FACES"] ?? beside
    return FileManager.default.fileExists(atPath: candidate + "/models/yunet_n_dynamic.onnx") ? candidate : nil
  }()
}
