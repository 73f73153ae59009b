internal import FaceTypes
internal import Glibc
internal import Images
internal import Networks
internal import ONNX

/// A face in pixels of the searched picture.
struct LandmarkedFace: Suppressible {
  var box: Box
  var score: Double
  var landmarks: Landmarks

  var sureness: Double { score }
}

/// YuNet for one size of input.
struct YuNetNetwork: Sendable {
  let height: Int
  let width: Int
  private let network: GraphNetwork
  /// Per stride, where the four outputs stand among the network's.
  private let heads: [Head]

  private struct Head {
    var stride: Int
    var classes: Int
    var objects: Int
    var boxes: Int
    var landmarks: Int
  }

  /// - Throws: `unusableModel` where the file cannot run at this size, or has not the outputs of YuNet.
  init(_ model: ONNXModel, height: Int, width: Int) throws(DetectionError) {
    (self.height, self.width) = (height, width)
    let network: GraphNetwork
    do {
      network = try GraphNetwork(try model.graph(input: [1, 3, height, width]))
    } catch {
      throw DetectionError(.unusableModel, "the detector cannot be used: \(error)")
    }
    var heads: [Head] = []
    for stride in YuNetDetector.strides {
      let rows = (height / stride) * (width / stride)
      func output(_ name: String, _ columns: Int) throws(DetectionError) -> Int {
        let index = network.outputs.firstIndex { $0.name == "\(name)_\(stride)" && $0.shape == [1, rows, columns] }
        if let index { return index }
        throw DetectionError(
          .unusableModel,
          "the detector has no output '\(name)_\(stride)' of \(rows)×\(columns): give a file of YuNet's kind")
      }
      heads.append(
        Head(
          stride: stride, classes: try output("cls", 1), objects: try output("obj", 1), boxes: try output("bbox", 4),
          landmarks: try output("kps", 10)))
    }
    (self.network, self.heads) = (network, heads)
  }

  /// Faces of at least `threshold`, overlapping ones included.
  ///
  /// - Parameter picture: at most `width` × `height`; what is missing on the right and at the bottom is black.
  func search(_ picture: Image, threshold: Double) throws(DetectionError) -> [LandmarkedFace] {
    let results: [[Float]]
    do throws(NetworkError) {
      results = try network.run(channelsLast: picture.blueGreenRed(height: height, width: width))
    } catch {
      throw DetectionError(.detectorFailed, "the face detector failed: \(error)")
    }
    var faces: [LandmarkedFace] = []
    for head in heads {
      let (classes, objects) = (results[head.classes], results[head.objects])
      for cell in classes.indices {
        let score = (Double(min(max(classes[cell], 0), 1)) * Double(min(max(objects[cell], 0), 1))).squareRoot()
        guard score >= threshold else { continue }
        let column = Double(cell % (width / head.stride))
        let row = Double(cell / (width / head.stride))
        if let face = Self.face(
          score, column, row, Double(head.stride), results[head.boxes][(4 * cell)...],
          results[head.landmarks][(10 * cell)...])
        {
          faces.append(face)
        }
      }
    }
    return faces
  }

  /// A cell's face: centre and landmarks in cells from the cell's corner, width and height as logarithms. Nil where
  /// its numbers are no face.
  private static func face(
    _ score: Double, _ column: Double, _ row: Double, _ stride: Double, _ box: ArraySlice<Float>,
    _ points: ArraySlice<Float>
  ) -> LandmarkedFace? {
    let numbers = box.prefix(4).map { Double($0) }
    let (width, height) = (exp(numbers[2]) * stride, exp(numbers[3]) * stride)
    let places = points.prefix(10).map { Double($0) }
    guard (numbers + places).allSatisfy({ $0.magnitude < 1e4 }), width < 1e5, height < 1e5, width > 0, height > 0 else {
      return nil
    }
    func point(_ index: Int) -> Point {
      Point(x: (places[2 * index] + column) * stride, y: (places[2 * index + 1] + row) * stride)
    }
    let landmarks = Landmarks(
      rightEye: point(0), leftEye: point(1), nose: point(2), rightMouth: point(3), leftMouth: point(4))
    guard FaceFrame(landmarks: landmarks).eyeMouthDistance > 0.5 else { return nil }
    return LandmarkedFace(
      box: Box(
        x: (numbers[0] + column) * stride - width / 2, y: (numbers[1] + row) * stride - height / 2, width: width,
        height: height),
      score: score, landmarks: landmarks)
  }
}
