package import FaceTypes
package import Images

/// Looks for the faces of photographs that may lie on their side or head without saying so.
///
/// Detectors look for faces that stand about upright. Where one finds none, the photograph is turned by 90°, 180° and 270°
/// and searched again. That is three more chances to take something else for a face, so that only sure ones count.
package struct TurnedSearch: Sendable {
  /// The least confidence of a face in a turned photograph.
  package static let confidence = 0.9

  /// A photograph in which faces stand upright.
  package struct Finding: Sendable {
    /// The photograph, turned where that was needed.
    package var image: Image
    /// In pixels of `image`, largest first.
    package var faces: [Detection]
    /// How `image` comes from the photograph.
    package var turn: QuarterTurn
  }

  package let detector: any FaceDetector

  package init(_ detector: any FaceDetector) { self.detector = detector }

  /// - Parameter distance: as for `FaceDetector.detect`.
  package func search(
    _ photo: Image, _ sought: SoughtFaces = .all, roughBelow distance: Double = 0
  ) throws(DetectionError) -> Finding {
    let faces = try detector.detect(photo, sought, roughBelow: distance)
    guard faces.isEmpty else { return Finding(image: photo, faces: faces, turn: .none) }
    var best: Finding?
    var bestScore = -Double.infinity
    for turn in QuarterTurn.allCases where turn != .none {
      let image = photo.turned(turn)
      let sure = try detector.detect(image, sought, roughBelow: distance).filter {
        detector.confidence($0.score) >= Self.confidence
      }
      guard let score = sure.map(\.score).max(), score > bestScore else { continue }
      (best, bestScore) = (Finding(image: image, faces: sure, turn: turn), score)
    }
    return best ?? Finding(image: photo, faces: [], turn: .none)
  }
}

/// By how much a photograph was turned, clockwise, in steps of 90°.
package enum QuarterTurn: Int, CaseIterable, Hashable, Sendable {
  case none = 0
  case right = 90
  case over = 180
  case left = 270

  fileprivate var orientation: Orientation {
    switch self {
    case .none: .topLeft
    case .right: .rightTop
    case .over: .bottomRight
    case .left: .leftBottom
    }
  }

  /// A place of the turned picture in the one that it was turned from.
  /// - Parameter size: of the turned picture.
  package func original(_ point: Point, in size: ReducedSize) -> Point {
    let (width, height) = (Double(size.width), Double(size.height))
    return switch self {
    case .none: point
    case .right: Point(x: point.y, y: width - point.x)
    case .over: Point(x: width - point.x, y: height - point.y)
    case .left: Point(x: height - point.y, y: point.x)
    }
  }

  package func original(_ box: Box, in size: ReducedSize) -> Box {
    let a = original(Point(x: box.x, y: box.y), in: size)
    let b = original(Point(x: box.x + box.width, y: box.y + box.height), in: size)
    return Box(x: min(a.x, b.x), y: min(a.y, b.y), width: abs(a.x - b.x), height: abs(a.y - b.y))
  }

  package func original(_ landmarks: Landmarks, in size: ReducedSize) -> Landmarks {
    landmarks.map { original($0, in: size) }
  }

  /// The size of a picture, turned.
  package func turned(_ size: ReducedSize) -> ReducedSize { size.turnedUpright(orientation) }
}

extension Image {
  /// The whole picture, turned clockwise.
  package func turned(_ turn: QuarterTurn) -> Image { turnedUpright(turn.orientation) }
}
