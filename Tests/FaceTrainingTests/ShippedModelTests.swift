import FaceNet
import FaceTraining
import Foundation
import Testing

/// The shipped models on real faces, where the development data is.
@Suite struct ShippedModelTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The data's folder: `FACED_TEST_FACES`, or `shared/data` beside the package.
  static let data: String? = {
    let path =
      ProcessInfo.processInfo.environment["FACED_TEST_FACES"]
      ?? root.deletingLastPathComponent().appending(path: "shared/data").path
    return FileManager.default.fileExists(atPath: "\(path)/lfw.pairs.txt") ? path : nil
  }()

  static func model(_ name: String) throws -> ModelFile {
    try ModelFile(path: root.appending(path: "daemon/Models/\(name).safetensors").path)
  }

  @Test(arguments: ["default", "triplet"])
  func shippedModelsAreCalibratedAndSmall(name: String) throws {
    let model = try Self.model(name)
    #expect(model.bytes.count <= 20 << 20)
    #expect(model.metadata.embeddingSize == 128)
    let table = try #require(model.metadata.calibration)
    #expect(table.lowestMeasuredRate <= 1e-4)
    #expect(table.threshold(falseAcceptRate: 1e-3) < table.threshold(falseAcceptRate: 1e-2))
    _ = try Embedder(model)
  }

  @Test(.enabled(if: ShippedModelTests.data != nil, "skipped: no face data"), arguments: ["default", "triplet"])
  func shippedModelsBeatRawPixels(name: String) throws {
    let data = try #require(Self.data)
    let landmarks = try LandmarkTable(path: "\(data)/lfw.landmarks.csv")
    // A part of the protocol: every tenth pair of every fold.
    let pairs = try PairList(path: "\(data)/lfw.pairs.txt").every(10)
    let images = "\(data)/lfw"
    let network = try Evaluation.run(
      Embedder(try Self.model(name)), images: images, landmarks: landmarks, pairs: pairs)
    let pixels = try Evaluation.run(RawPixels(), images: images, landmarks: landmarks, pairs: pairs)
    #expect(pixels.pairs == 600)
    #expect(pixels.accuracy > 0.5 && pixels.accuracy < 0.7)
    #expect(network.accuracy > pixels.accuracy + 0.05, "\(network.accuracy) against \(pixels.accuracy)")
    #expect(network.equalErrorRate < pixels.equalErrorRate - 0.05)
  }
}
