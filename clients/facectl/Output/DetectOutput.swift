import FaceAPI
import Foundation

/// The faces of one photograph, as `--json` prints them. Places are in pixels of the upright photograph.
struct DetectOutput: Encodable, Sendable {
  struct Face: Encodable, Sendable {
    /// x, y, width, height.
    let box: [Double]
    let score: Double
    /// Right eye, left eye, nose, right and left mouth corner, each x and y; empty where the detector gives none.
    let landmarks: [[Double]]
    let quality: Quality
  }

  /// Every part from 0 to 1, and the angles in degrees; what needs landmarks is null without them.
  struct Quality: Encodable, Sendable {
    let overall: Double
    let size: Double
    let sharpness: Double
    let brightness: Double
    let pose: Double?
    let confidence: Double
    let yaw: Double?
    let pitch: Double?
    let roll: Double?

    init(_ quality: Faced_V1_FaceQuality) {
      (overall, size, sharpness) = (quality.overall, quality.size, quality.sharpness)
      (brightness, confidence) = (quality.brightness, quality.confidence)
      pose = quality.hasPose ? quality.pose : nil
      yaw = quality.hasYaw ? quality.yaw : nil
      pitch = quality.hasPitch ? quality.pitch : nil
      roll = quality.hasRoll ? quality.roll : nil
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(overall, forKey: .overall)
      try container.encode(size, forKey: .size)
      try container.encode(sharpness, forKey: .sharpness)
      try container.encode(brightness, forKey: .brightness)
      // Always there, so that a reader need not ask whether a key exists.
      try container.encode(pose, forKey: .pose)
      try container.encode(confidence, forKey: .confidence)
      try container.encode(yaw, forKey: .yaw)
      try container.encode(pitch, forKey: .pitch)
      try container.encode(roll, forKey: .roll)
    }

    private enum CodingKeys: String, CodingKey {
      case overall, size, sharpness, brightness, pose, confidence, yaw, pitch, roll
    }
  }

  let file: String
  let faces: [Face]
  /// The copy that `--draw` made.
  let drawing: String?
  let warnings: [WarningOutput]
  let error: ErrorOutput?

  init(file: String, error: ErrorOutput) {
    self.file = file
    self.error = error
    faces = []
    warnings = []
    drawing = nil
  }

  init(file: String, response: Faced_V1_DetectResponse, drawing: String?) {
    self.file = file
    self.drawing = drawing
    warnings = response.warnings.map(WarningOutput.init)
    error = nil
    faces = response.faces.map { face in
      Face(
        box: [face.box.x, face.box.y, face.box.width, face.box.height], score: face.detectionScore,
        landmarks: face.points.map { [$0.x, $0.y] }, quality: Quality(face.quality))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(faces, forKey: .faces)
    try container.encodeIfPresent(drawing, forKey: .drawing)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(error, forKey: .error)
  }

  private enum CodingKeys: String, CodingKey { case file, faces, drawing, warnings, error }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    if let error { return Terminal.print("\(file): refused (\(error.reason)): \(error.message)") }
    warnings.note(file)
    if faces.isEmpty { Terminal.print("\(file): no face") }
    for face in faces {
      let place = face.box.map { String(Int($0.rounded())) }.joined(separator: ",")
      let parts = [
        ("size", face.quality.size), ("sharpness", face.quality.sharpness), ("brightness", face.quality.brightness),
        ("pose", face.quality.pose ?? 1), ("confidence", face.quality.confidence),
      ]
      let weakest = parts.min { $0.1 < $1.1 }?.0 ?? ""
      let quality = String(format: "%.2f", face.quality.overall)
      Terminal.print(
        "\(file): box \(place)  score \(String(format: "%.2f", face.score))  quality \(quality) (\(weakest))")
    }
  }
}

extension Faced_V1_DetectedFace {
  /// Right eye, left eye, nose, right and left mouth corner; empty where there are none.
  var points: [Faced_V1_Point] {
    guard hasLandmarks else { return [] }
    return [
      landmarks.rightEye, landmarks.leftEye, landmarks.nose, landmarks.rightMouth, landmarks.leftMouth,
    ]
  }
}
