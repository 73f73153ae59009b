internal import FaceNet
package import FaceTypes

/// A face in a photograph, in its pixels.
package struct SceneFace: Hashable, Sendable {
  package var box: Box
  package var landmarks: Landmarks

  package init(box: Box, landmarks: Landmarks) { (self.box, self.landmarks) = (box, landmarks) }

  /// The root of the box's area.
  package var size: Double { box.area.squareRoot() }
}

/// Faces of photographs: CSV with a header line, `file`, the box (x, y, width, height) and ten numbers of landmarks a
/// line, in pixels; what follows is left aside. A photograph has as many lines as faces.
package struct SceneTable: Sendable {
  package private(set) var faces: [String: [SceneFace]] = [:]

  package init(path: String) throws(TrainingError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 256 << 20)
    } catch {
      throw TrainingError(.unreadable, "the faces: \(error)")
    }
    try self.init(csv: bytes, name: path)
  }

  package init(csv bytes: [UInt8], name: String) throws(TrainingError) {
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if number == 0 || line.isEmpty { continue }
      let fields = String(decoding: line, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false)
      let values = fields.dropFirst().prefix(14).compactMap { field in
        Double(field.last == "\r" ? field.dropLast() : field).flatMap { $0.isFinite ? $0 : nil }
      }
      guard values.count == 14, let file = fields.first, !file.isEmpty, values[2] > 0, values[3] > 0 else {
        throw TrainingError(.badData, "line \(number + 1) of '\(name)' is not a file's name, a box and ten numbers")
      }
      func point(_ index: Int) -> Point { Point(x: values[4 + 2 * index], y: values[5 + 2 * index]) }
      faces[String(file), default: []].append(
        SceneFace(
          box: Box(x: values[0], y: values[1], width: values[2], height: values[3]),
          landmarks: Landmarks(
            rightEye: point(0), leftEye: point(1), nose: point(2), rightMouth: point(3), leftMouth: point(4))))
    }
  }
}
