import FaceAPI
import Foundation

// What CompreFace's calls take and answer, with its field names (snake case on the wire).

struct SubjectBody: Codable { var subject: String }
struct Subjects: Encodable { let subjects: [String] }
struct Updated: Encodable { let updated: String }
struct Deleted: Encodable { let deleted: Int }

struct Example: Encodable {
  let imageId: ImageID
  let subject: String
}

struct Examples: Encodable {
  let faces: [Example]
  let pageNumber: Int
  let pageSize: Int
  let totalPages: Int
  let totalElements: Int
}

struct Results<Item: Encodable>: Encodable { let result: [Item] }

struct PixelBox: Encodable {
  let probability: Double
  let xMax: Int
  let yMax: Int
  let xMin: Int
  let yMin: Int

  init(_ box: Faced_V1_Box, score: Double) {
    probability = min(max(score, 0), 1)
    (xMin, yMin) = (Int(box.x.rounded()), Int(box.y.rounded()))
    (xMax, yMax) = (Int((box.x + box.width).rounded()), Int((box.y + box.height).rounded()))
  }
}

struct FoundFace: Encodable {
  let box: PixelBox
  /// Where `face_plugins` asks for them.
  var landmarks: [[Int]]?

  init(_ face: Faced_V1_DetectedFace, plugins: Set<String>) {
    box = PixelBox(face.box, score: face.quality.confidence)
    guard plugins.contains("landmarks"), face.hasLandmarks else { return }
    let points = face.landmarks
    landmarks = [points.rightEye, points.leftEye, points.nose, points.rightMouth, points.leftMouth].map {
      [Int($0.x.rounded()), Int($0.y.rounded())]
    }
  }
}

struct RecognizedFace: Encodable {
  struct Subject: Encodable {
    let subject: String
    let similarity: Double
  }
  let box: PixelBox
  let subjects: [Subject]
}

struct VerifiedFace: Encodable {
  let box: PixelBox
  let similarity: Double
  var subject: String?
}

struct VerifiedPair: Encodable {
  let sourceImageFace: FoundFace
  let faceMatches: [VerifiedFace]
}

enum Similarity {
  /// A squared distance as CompreFace's similarity: 0.9 at the threshold, near 1 well below it, near 0 well above.
  static func of(_ distance: Double, threshold: Double) -> Double {
    let width = max(threshold, 0.05) / 8
    return 1 / (1 + exp((distance - threshold) / width - log(9)))
  }
}
