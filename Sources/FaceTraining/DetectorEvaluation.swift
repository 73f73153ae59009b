internal import FaceDetection
internal import FaceTypes
package import Images

/// A detector on the photographs that training was kept from.
package struct DetectorReport: Codable, Sendable {
  package var detector: String
  /// Where the threshold lies that gives the wanted rate of false boxes.
  package var threshold: Double
  /// The share of the counted faces that are found at it (intersection over union at least 0.5).
  package var recall: Double
  package var faces: Int
  /// Boxes at it on photographs without faces, and how many photographs these are.
  package var falseBoxes: Int
  package var backgrounds: Int
  /// Boxes at it that lie on no known face of photographs with faces; some are faces that nobody marked.
  package var strayBoxes: Int
  /// Recall of faces by the root of their box's area, in pixels.
  package var recallBySize: [String: Double]
  package var millisecondsPerPhoto: Double
}

package enum DetectorEvaluation {
  /// - Parameters:
  ///   - smallest: faces below this size (the root of their box's area, in pixels) do not count.
  ///   - turn: degrees by which every photograph is turned first.
  ///   - rate: false boxes a background that the threshold allows.
  ///   - threshold: a fixed one instead.
  ///   - detect: all boxes with scores worth looking at.
  package static func run(
    _ name: String, on photographs: Photographs, smallest: Double, turn: Double = 0, rate: Double,
    threshold: Double? = nil, detect: (Image) throws -> [DetectorScores.Found]
  ) throws -> DetectorReport {
    let bounds: [Double] = [smallest, 32, 48, 64, 96, 10_000]
    var scores = DetectorScores()
    var bySize = bounds.dropLast().map { _ in DetectorScores() }
    let clock = ContinuousClock()
    var spent = Duration.zero
    var count = 0
    for entry in (photographs.scenes + photographs.backgrounds) where entry.isKept {
      let upright = try PictureReader.decode(entry.path)
      let (picture, faces) = turn == 0 ? (upright, entry.faces) : turned(upright, entry.faces, degrees: turn)
      var found: [DetectorScores.Found] = []
      spent += try clock.measure { found = try detect(picture) }
      count += 1
      scores.add(found, faces: faces) { $0.size >= smallest }
      for index in bySize.indices where !faces.isEmpty {
        bySize[index].add(found, faces: faces) { (bounds[index]..<bounds[index + 1]).contains($0.size) }
      }
    }
    let threshold = threshold ?? scores.threshold(falseBoxesPerBackground: rate)
    var recalls: [String: Double] = [:]
    for (index, part) in bySize.enumerated() where !part.faces.isEmpty {
      recalls["from \(Int(bounds[index])): \(part.faces.count)"] = part.recall(at: threshold)
    }
    return DetectorReport(
      detector: name, threshold: threshold, recall: scores.recall(at: threshold), faces: scores.faces.count,
      falseBoxes: scores.falseBoxes(at: threshold), backgrounds: scores.backgrounds,
      strayBoxes: scores.strayBoxes(at: threshold), recallBySize: recalls,
      millisecondsPerPhoto: spent / .milliseconds(1) / Double(max(1, count)))
  }

  /// The photograph turned clockwise about its middle, in a square that holds all of it, and its faces there.
  package static func turned(
    _ picture: Image, _ faces: [SceneFace], degrees: Double
  ) -> (Image, [SceneFace]) {
    let angle = degrees * .pi / 180
    let (cosine, sine) = (Turn.cosine(angle), Turn.sine(angle))
    let (width, height) = (Double(picture.width), Double(picture.height))
    let side = max(abs(width * cosine) + abs(height * sine), abs(width * sine) + abs(height * cosine)).rounded(.up)
    let square = picture.crop(
      centreX: width / 2, centreY: height / 2, side: side, rotation: -angle, pixels: Int(side))
    func move(_ point: Point) -> Point {
      let (dx, dy) = (point.x - width / 2, point.y - height / 2)
      return Point(x: side / 2 + dx * cosine - dy * sine, y: side / 2 + dx * sine + dy * cosine)
    }
    return (
      square,
      faces.map { face in
        SceneFace(
          box: FaceBox.turned(face.box, by: angle, about: move(face.box.centre)), landmarks: face.landmarks.map(move))
      }
    )
  }
}
