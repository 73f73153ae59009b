internal import FaceDetection
internal import Images

extension PhotoPipeline {
  /// A photograph turned so that its faces stand upright.
  struct Photo: Sendable {
    /// The photograph at the size at which it was searched.
    let image: Image
    /// How `image` lies in the turned photograph.
    let size: ReducedSize
    /// In pixels of the turned photograph.
    let faces: [Detection]
    /// How the turned photograph comes from the upright one. What is told and kept of a place is in pixels of that.
    let turn: QuarterTurn
    let warnings: [PhotoWarning]
    /// The file.
    let bytes: [UInt8]

    var width: Int { turn == .left || turn == .right ? size.height : size.width }
    var height: Int { turn == .left || turn == .right ? size.width : size.height }

    func selecting(_ faces: [Detection]) -> Photo {
      Photo(image: image, size: size, faces: faces, turn: turn, warnings: warnings, bytes: bytes)
    }
  }
}
