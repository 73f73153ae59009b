internal import FaceDetection
internal import FaceNet
internal import FaceTypes

extension DetectorChoice {
  /// The detector, its networks loaded.
  /// - Throws: `DETECTOR_REFUSED`.
  func open() throws(EngineError) -> any FaceDetector {
    switch self {
    case .faced(let detector, let aligner):
      do throws(ModelFileError) {
        return try FacedDetector(detector: NetworkFile(path: detector), aligner: NetworkFile(path: aligner))
      } catch {
        throw refusal(error.message)
      }
    case .onnx(let path):
      do throws(DetectionError) {
        return try YuNetDetector(path: path)
      } catch {
        throw refusal(error.message)
      }
    }
  }

  private func refusal(_ message: String) -> EngineError {
    EngineError(
      .failedPrecondition, .detectorRefused,
      "the face detector cannot be used: \(message); choose another with --detector")
  }
}
