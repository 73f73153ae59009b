import FaceDetection
import FaceEngine
import FaceTypes
import Foundation
import Images
import Logging
import SyntheticFaces
import Testing

/// Finds a face in each square of a photograph, where they are drawn; none in a small photograph, however it is turned.
struct SquareDetector: FaceDetector {
  func detect(
    _ image: Image, _ sought: SoughtFaces, roughBelow distance: Double
  ) throws(DetectionError) -> [Detection] {
    guard min(image.width, image.height) >= 64 else { return [] }
    return (0..<image.width / image.height).map { place in
      let side = Double(image.height)
      let left = Double(place) * side
      func point(_ x: Double, _ y: Double) -> Point { Point(x: left + x * side, y: y * side) }
      let landmarks = Landmarks(
        rightEye: point(0.41, 0.44), leftEye: point(0.59, 0.44), nose: point(0.5, 0.53), rightMouth: point(0.43, 0.64),
        leftMouth: point(0.57, 0.64))
      return Detection(
        box: Box(x: left + 0.3 * side, y: 0.3 * side, width: 0.4 * side, height: 0.45 * side), score: 0.99,
        landmarks: landmarks, frame: FaceFrame(fitting: landmarks))
    }
  }

  func smallestFace(in image: Image) -> Int { 24 }
}

/// An engine on a folder of its own, in this process.
struct EngineHarness {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("engine-\(UUID().uuidString)")
  let gallery = GalleryID.default

  static func model(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("daemon/Models/\(name).safetensors").path
  }

  /// Runs `body` with an open engine; the folder stays for the next.
  ///
  /// - Parameter search: nil for vectors in memory.
  func run<Value>(
    search: (any SearchServer)? = nil, _ body: (FaceEngine) async throws -> Value
  ) async throws -> Value {
    var options = EngineOptions(
      directory: folder.path, initialModel: Self.model("previous"),
      detector: .onnx(path: "not opened: the harness has its own"), workers: 1)
    options.minimumQuality = 0
    options.search = search
    let engine = try await FaceEngine.open(options, detector: SquareDetector(), logger: Logger(label: "engine"))
    do {
      let value = try await body(engine)
      await engine.close()
      return value
    } catch {
      await engine.close()
      throw error
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// A photograph of one drawn person, from the front, as a JPEG.
  static func photo(of person: UInt64, _ number: UInt64 = 0) throws -> [UInt8] {
    var view = View()
    view.scene = number
    view.lightAzimuth = Float(20 + 9 * number)
    view.smile = Float(number % 3) * 0.2
    return try SyntheticFace(identity: person).photograph(view).encodeJPEG()
  }

  /// A grey photograph of so many pixels.
  static func grey(width: Int, height: Int) throws -> [UInt8] {
    try Image(width: width, height: height, pixels: [UInt8](repeating: 128, count: 3 * width * height)).encodeJPEG()
  }

  func enroll(_ engine: FaceEngine, _ name: String, _ photo: [UInt8]) async throws -> EnrollResult {
    try await engine.enroll(EnrollRequest(gallery: gallery, identity: .named(try DisplayName(name)), photo: photo))
  }

  func identify(_ engine: FaceEngine, _ photo: [UInt8]) async throws -> IdentifiedFace {
    let result = try await engine.identify(IdentifyRequest(gallery: gallery, probe: .photo(photo, .single)))
    return try #require(result.faces.first)
  }

  func reason(_ body: () async throws -> Void) async -> String? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? EngineError)?.reason.rawValue ?? "\(error)"
    }
  }
}
