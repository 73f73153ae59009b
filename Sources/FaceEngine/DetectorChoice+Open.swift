internal import FaceDetection
internal import FaceNet

extension DetectorChoice {
  /// The detector, its networks loaded.
  /// - Throws: `DETECTOR_REFUSED`.
  func open() throws(EngineError) -> any FaceDetector {
    switch self {
    case .dlib: return DlibFrontalDetector()
    case .faced(let detector, let aligner):
      do throws(ModelFileError) {
        return try FacedDetector(detector: NetworkFile(path: detector), aligner: NetworkFile(path: aligner))
      } catch {
        throw EngineError(
          .failedPrecondition, "DETECTOR_REFUSED",
          "the face detector cannot be used: \(error.message); say another with --detector")
      }
    }
  }
}
