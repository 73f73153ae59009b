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

/// A detector at one threshold on photographs of one main person each.
package struct PhotographsReport: Codable, Sendable {
  package var detector: String
  package var threshold: Double
  package var photographs: Int
  /// How many main faces were found (intersection over union at least 0.5).
  package var found: Int
  /// Boxes that lie on no marked face.
  package var falseBoxes: Int
  package var missed: [String]
  package var falselyFound: [String]
  package var millisecondsPerPhoto: Double
}

package enum DetectorEvaluation {
  /// Kept photographs by what training saw of their set.
  package enum Sources: String, Sendable, CaseIterable {
    case all
    /// Of sets that are partly trained on.
    case same
    /// Of sets that are kept as a whole.
    case other

    func contains(_ entry: Photographs.Entry) -> Bool {
      self == .all || entry.isOfOtherSource == (self == .other)
    }
  }

  /// - Parameters:
  ///   - smallest: faces below this size (the root of their box's area, in pixels) do not count.
  ///   - turn: degrees by which every photograph is turned first.
  ///   - rate: false boxes a background that the threshold allows.
  ///   - threshold: a fixed one instead.
  ///   - sources: which of the kept photographs with faces to take.
  ///   - detect: all boxes with scores worth looking at.
  package static func run(
    _ name: String, on photographs: Photographs, smallest: Double, turn: Double = 0, rate: Double,
    threshold: Double? = nil, sources: Sources = .all, detect: (Image) throws -> [DetectorScores.Found]
  ) throws -> DetectorReport {
    let bounds: [Double] = [smallest, 36, 60, 120, 10_000]
    var scores = DetectorScores()
    var bySize = bounds.dropLast().map { _ in DetectorScores() }
    let clock = ContinuousClock()
    var spent = Duration.zero
    var count = 0
    let scenes = photographs.scenes.filter(sources.contains)
    for entry in (scenes + photographs.backgrounds) where entry.isKept {
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

  /// The photographs of a folder, each of one main person: the marked face nearest to the middle. Boxes on no marked
  /// face are false ones.
  ///
  /// - Parameters:
  ///   - folder: searched with its sub-folders.
  ///   - table: the faces that somebody marked, files by their path below the folder.
  ///   - threshold: what the detector takes for a face.
  package static func run(
    _ name: String, folder: String, table: SceneTable, threshold: Double,
    detect: (Image) throws -> [DetectorScores.Found]
  ) throws -> PhotographsReport {
    var report = PhotographsReport(
      detector: name, threshold: threshold, photographs: 0, found: 0, falseBoxes: 0, missed: [], falselyFound: [],
      millisecondsPerPhoto: 0)
    let clock = ContinuousClock()
    var spent = Duration.zero
    for (file, faces) in table.faces.sorted(by: { $0.key < $1.key }) {
      let picture = try PictureReader.decode("\(folder)/\(file)")
      var found: [DetectorScores.Found] = []
      spent += try clock.measure { found = try detect(picture).filter { $0.score >= threshold } }
      func distance(_ face: SceneFace) -> Double {
        let (x, y) = (face.box.centre.x - Double(picture.width) / 2, face.box.centre.y - Double(picture.height) / 2)
        return x * x + y * y
      }
      guard let main = faces.min(by: { distance($0) < distance($1) }) else { continue }
      report.photographs += 1
      if found.contains(where: { $0.box.overlap(main.box) >= DetectorScores.overlap }) {
        report.found += 1
      } else {
        report.missed.append(file)
      }
      for box in found where faces.allSatisfy({ $0.box.overlap(box.box) < 0.3 }) {
        report.falseBoxes += 1
        report.falselyFound.append(
          "\(file) \(Int(box.box.x)),\(Int(box.box.y)),\(Int(box.box.width)),\(Int(box.box.height))")
      }
    }
    report.millisecondsPerPhoto = spent / .milliseconds(1) / Double(max(1, report.photographs))
    return report
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
