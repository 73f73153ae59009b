internal import FaceTypes
package import Images
internal import Networks
internal import ONNX
internal import Synchronization

/// Detectors of the YuNet kind (Wu et al. 2023) from an ONNX file of the user's own: boxes, scores and five landmarks.
///
/// The file's outputs are `cls_S`, `obj_S`, `bbox_S` and `kps_S` for strides S of 8, 16 and 32, one row for each cell
/// of the map; its input is blue, green, red as bytes. Such files are published with OpenCV. faced ships none.
///
/// A detection's score is √(class · objectness), a probability.
package final class YuNetDetector: FaceDetector {
  /// Strides of the maps in which faces are looked for.
  static let strides = [8, 16, 32]
  /// Boxes that overlap a surer one by more (intersection over union) are left out.
  package static let overlap = 0.3
  /// More faces than this in one photograph are left out, the least sure first.
  package static let maximumFaces = 1024
  /// Sizes of photograph whose networks are kept ready.
  private static let kept = 8

  /// Longest side of the searched picture in pixels. Faces of about 10 to 300 pixels are found in it.
  package let workingSide: Int
  /// Faces below this score are not reported.
  package let threshold: Double

  private let model: ONNXModel
  /// The input's height and width where the file fixes them.
  private let fixed: (height: Int, width: Int)?
  /// Most recently used last.
  private let networks = Mutex<[YuNetNetwork]>([])

  /// - Throws: `unusableModel` for a file that cannot be read or run, or that has other outputs.
  init(_ model: ONNXModel, workingSide: Int, threshold: Double) throws(DetectionError) {
    guard let shape = model.inputs.first?.shape, model.inputs.count == 1, shape.count == 4, shape[1] ?? 3 == 3 else {
      throw DetectionError(
        .unusableModel, "the detector takes no picture of three colours: give a file of YuNet's kind")
    }
    if let height = shape[2], let width = shape[3] { fixed = (height, width) } else { fixed = nil }
    self.model = model
    self.workingSide = min(max(workingSide, 32), 4096)
    self.threshold = threshold
    // What is wrong with the file is said now rather than at the first photograph.
    _ = try network(height: fixed?.height ?? 64, width: fixed?.width ?? 64)
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - workingSide: longest side of the searched picture in pixels, 32 to 4096.
  ///   - threshold: 0 to 1.
  /// - Throws: `unusableModel` for a file that cannot be read or run, or that has other outputs.
  package convenience init(
    path: String, workingSide: Int = 640, threshold: Double = 0.6
  ) throws(DetectionError) {
    let model: ONNXModel
    do throws(ONNXError) {
      model = try ONNXModel(path: path)
    } catch {
      throw DetectionError(.unusableModel, "the detector cannot be used: \(error.message)")
    }
    try self.init(model, workingSide: workingSide, threshold: threshold)
  }

  package func smallestFace(in image: Image) -> Int {
    Int((24 / scale(width: image.width, height: image.height)).rounded(.up))
  }

  /// The network sees one size: what is too small is left out afterwards.
  package func detect(
    _ image: Image, _ sought: SoughtFaces, roughBelow distance: Double
  ) throws(DetectionError) -> [Detection] {
    let scale = scale(width: image.width, height: image.height)
    let searched = image.resized(
      width: max(1, Int((Double(image.width) * scale).rounded())),
      height: max(1, Int((Double(image.height) * scale).rounded())))
    let height = fixed?.height ?? Self.padded(searched.height)
    let width = fixed?.width ?? Self.padded(searched.width)
    let found = try network(height: height, width: width).search(searched, threshold: threshold)
    let scaleX = Double(image.width) / Double(searched.width)
    let scaleY = Double(image.height) / Double(searched.height)
    return Suppression.surest(found, isSame: { $0.overlap($1) > Self.overlap }).prefix(Self.maximumFaces).map { face in
      let landmarks = face.landmarks.map { Point(x: $0.x * scaleX, y: $0.y * scaleY) }
      let box = Box(
        x: face.box.x * scaleX, y: face.box.y * scaleY, width: face.box.width * scaleX,
        height: face.box.height * scaleY)
      return Detection(box: box, score: face.score, landmarks: landmarks, frame: FaceFrame(fitting: landmarks))
    }.atLeast(sought).largestFirst(in: image)
  }

  /// Shrinks to the working side, and into the file's own size; never enlarges.
  private func scale(width: Int, height: Int) -> Double {
    var scale = min(1, Double(workingSide) / Double(max(width, height)))
    if let fixed {
      scale = min(scale, Double(fixed.width) / Double(width), Double(fixed.height) / Double(height))
    }
    return scale
  }

  /// The next multiple of the largest stride, so that every map halves evenly.
  private static func padded(_ side: Int) -> Int { (side + 31) / 32 * 32 }

  /// The network for a size of input: one of those kept, or a new one.
  private func network(height: Int, width: Int) throws(DetectionError) -> YuNetNetwork {
    let known = networks.withLock { networks -> YuNetNetwork? in
      guard let index = networks.firstIndex(where: { $0.height == height && $0.width == width }) else { return nil }
      let network = networks.remove(at: index)
      networks.append(network)
      return network
    }
    if let known { return known }
    // Built outside the lock: two threads may build the same one, and one of them is dropped.
    let network = try YuNetNetwork(model, height: height, width: width)
    networks.withLock { networks in
      networks.append(network)
      if networks.count > Self.kept { networks.removeFirst() }
    }
    return network
  }
}
