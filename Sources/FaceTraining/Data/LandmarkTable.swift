internal import FaceNet
package import FaceTypes

/// Landmarks of a folder's pictures: CSV with a header line, `file` and ten numbers a line in pixels (right eye, left
/// eye, nose, right and left mouth corner).
package struct LandmarkTable: Sendable {
  /// The pictures' paths below their folder, in the order of the file.
  package let files: [String]
  /// The landmarks, in the same order.
  package let landmarks: [Landmarks]
  /// A path's place in both.
  package let places: [String: Int]

  package init(path: String) throws(TrainingError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: 256 << 20)
    } catch {
      throw TrainingError(.unreadable, "the landmarks: \(error)")
    }
    try self.init(csv: bytes, name: path)
  }

  package init(csv bytes: [UInt8], name: String) throws(TrainingError) {
    var files: [String] = []
    var landmarks: [Landmarks] = []
    var places: [String: Int] = [:]
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let fields = String(decoding: line, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false)
      if number == 0 || line.isEmpty { continue }
      let values = fields.dropFirst().prefix(10).compactMap { field in
        Double(field.last == "\r" ? field.dropLast() : field).flatMap { $0.isFinite ? $0 : nil }
      }
      guard values.count == 10, let file = fields.first, !file.isEmpty else {
        throw TrainingError(.badData, "line \(number + 1) of '\(name)' is not a file's name and ten numbers")
      }
      guard places.updateValue(files.count, forKey: String(file)) == nil else {
        throw TrainingError(.badData, "line \(number + 1) of '\(name)' names '\(file)' a second time")
      }
      files.append(String(file))
      func point(_ index: Int) -> Point { Point(x: values[2 * index], y: values[2 * index + 1]) }
      landmarks.append(
        Landmarks(rightEye: point(0), leftEye: point(1), nose: point(2), rightMouth: point(3), leftMouth: point(4)))
    }
    (self.files, self.landmarks, self.places) = (files, landmarks, places)
  }

  /// Where the landmarks of a folder's pictures are looked for.
  package static func path(beside folder: String) -> String {
    (folder.hasSuffix("/") ? String(folder.dropLast()) : folder) + ".landmarks.csv"
  }

  /// A table as this type reads it.
  package static func csv(_ rows: [(name: String, landmarks: Landmarks)]) -> String {
    let header =
      "file,"
      + ["right_eye", "left_eye", "nose", "right_mouth", "left_mouth"].map { "\($0)_x,\($0)_y" }
      .joined(separator: ",")
    let lines = rows.sorted { $0.name < $1.name }.map { row in
      ([row.name] + row.landmarks.points.flatMap { [rounded($0.x), rounded($0.y)] }).joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  private static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}
