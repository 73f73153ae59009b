internal import CDlib
internal import Synchronization

/// A face in pixels of the searched picture; right and bottom are exclusive.
struct FoundFace {
  var left, top, right, bottom: Double
  var score: Double
}

/// dlib's detectors, each used by one thread at a time: a search takes one out, or builds one when all are busy, and
/// puts it back.
final class DetectorPool: Sendable {
  /// One of dlib's detectors, freed with its holder. `@unchecked Sendable`: only whoever took it out of the pool
  /// touches it, and the pool's mutex orders one user after the other.
  private final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { cdlib_detector_free(pointer) }
  }

  /// Idle detectors kept at most; each holds buffers of the size of the last picture.
  private static let kept = 16

  private let idle = Mutex<[Handle]>([])

  func search(_ grey: [UInt8], width: Int, height: Int, threshold: Double) throws(DetectionError) -> [FoundFace] {
    precondition(grey.count == width * height, "a grey picture has one byte a pixel")
    let handle = try takeOut()
    var message = [CChar](repeating: 0, count: Int(CDLIB_MESSAGE_BYTES))
    var faces = [cdlib_face](repeating: cdlib_face(), count: DlibFrontalDetector.maximumFaces)
    let count = cdlib_detect(handle.pointer, grey, width, height, threshold, &faces, faces.count, &message)
    // After an exception the detector's buffers may be half-filled, so it is not used again.
    guard count >= 0 else { throw failure(message) }
    idle.withLock { handles in if handles.count < Self.kept { handles.append(handle) } }
    return faces.prefix(count).map {
      FoundFace(left: $0.left, top: $0.top, right: $0.right, bottom: $0.bottom, score: $0.score)
    }
  }

  private func takeOut() throws(DetectionError) -> Handle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    var message = [CChar](repeating: 0, count: Int(CDLIB_MESSAGE_BYTES))
    guard let pointer = cdlib_detector_new(&message) else { throw failure(message) }
    return Handle(pointer)
  }

  private func failure(_ message: [CChar]) -> DetectionError {
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return DetectionError(.detectorFailed, "the face detector failed (\(text)): try again, or give it more memory")
  }
}
