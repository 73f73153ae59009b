internal import FaceDetection
internal import FaceTypes
internal import Images

extension SoughtFaces {
  /// From so many pixels on, a photograph is searched for its larger faces first.
  static let largePhotograph = 8_000_000

  /// - Parameter size: of the photograph; widths are in pixels of the reduced picture.
  init(_ minimum: MinimumFace?, in size: ReducedSize) {
    if let minimum {
      self = .from(minimum.width(in: size) / Double(size.divisor))
    } else {
      self = size.width * size.height >= Self.largePhotograph ? .largeFirst : .all
    }
  }
}

extension MinimumFace {
  /// In pixels of the photograph.
  func width(in size: ReducedSize) -> Double {
    switch self {
    case .pixels(let width): width
    case .share(let share): share * Double(max(size.width, size.height))
    }
  }
}
