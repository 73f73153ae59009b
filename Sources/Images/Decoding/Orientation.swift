/// How a stored picture has to be turned to stand upright: EXIF tag 0x0112 (Exif 2.3, section 4.6.4 A).
///
/// The names say where the stored top row and left column belong in the upright scene.
package enum Orientation: UInt8, CaseIterable, Sendable {
  case topLeft = 1
  case topRight = 2
  case bottomRight = 3
  case bottomLeft = 4
  case leftTop = 5
  case rightTop = 6
  case rightBottom = 7
  case leftBottom = 8

  /// Whether width and height change places.
  package var transposes: Bool { rawValue >= Orientation.leftTop.rawValue }

  /// The stored pixel that belongs at (`x`, `y`) of the upright picture, for a stored picture of `width` × `height`.
  package func stored(_ x: Int, _ y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .topLeft: (x, y)
    case .topRight: (width - 1 - x, y)
    case .bottomRight: (width - 1 - x, height - 1 - y)
    case .bottomLeft: (x, height - 1 - y)
    case .leftTop: (y, x)
    case .rightTop: (y, height - 1 - x)
    case .rightBottom: (width - 1 - y, height - 1 - x)
    case .leftBottom: (width - 1 - y, x)
    }
  }
}
