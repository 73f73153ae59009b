/// How a picture that was decoded at a part of its size lies in the whole.
public struct ReducedSize: Hashable, Sendable {
  /// Of the whole picture, in pixels.
  public var width: Int
  /// Rows, in pixels of the whole picture.
  public var height: Int
  /// Pixels of the whole along one of the reduced picture: 1, 2, 4 or 8.
  public var divisor: Int
  /// Where the reduced picture's first pixel begins, in pixels of the whole: 0, or less where the last column or row, which may
  /// reach beyond the whole, became the first when the picture was turned upright.
  public var left = 0
  /// Rows of the whole picture above the decoded part.
  public var top = 0

  /// - Parameter divisor: 1, 2, 4 or 8: how many pixels of a side became one.
  public init(width: Int, height: Int, divisor: Int = 1) {
    self.width = width
    self.height = height
    self.divisor = divisor
  }

  /// Of a picture that is whole.
  public init(_ image: Image) { self.init(width: image.width, height: image.height) }

  /// The same of the picture that `Image.turnedUpright` makes of the reduced one.
  package func turnedUpright(_ orientation: Orientation) -> ReducedSize {
    let (beyondX, beyondY) = (
      width - (width + divisor - 1) / divisor * divisor - left,
      height - (height + divisor - 1) / divisor * divisor - top
    )
    // Which of the stored edges came to the left and to the top.
    let (left, top) =
      switch orientation {
      case .topLeft: (left, top)
      case .topRight: (beyondX, top)
      case .bottomRight: (beyondX, beyondY)
      case .bottomLeft: (left, beyondY)
      case .leftTop: (top, left)
      case .rightTop: (beyondY, left)
      case .rightBottom: (beyondY, beyondX)
      case .leftBottom: (top, beyondX)
      }
    var turned =
      orientation.transposes
      ? ReducedSize(width: height, height: width, divisor: divisor)
      : ReducedSize(width: width, height: height, divisor: divisor)
    (turned.left, turned.top) = (left, top)
    return turned
  }
}

/// Whole pixels of a picture.
public struct PixelRectangle: Hashable, Sendable {
  /// The first column, in pixels.
  public var left: Int
  /// The first row, in pixels.
  public var top: Int
  /// At least 1, and within the picture; likewise the height.
  public var width: Int
  /// Rows, in pixels.
  public var height: Int

  /// All in pixels.
  public init(left: Int, top: Int, width: Int, height: Int) {
    (self.left, self.top, self.width, self.height) = (left, top, width, height)
  }

  /// The part of the stored picture that becomes this part of the upright one.
  ///
  /// - Parameters:
  ///   - storedWidth: of the stored picture.
  func stored(_ orientation: Orientation, _ storedWidth: Int, _ storedHeight: Int) -> PixelRectangle {
    let a = orientation.stored(left, top, width: storedWidth, height: storedHeight)
    let b = orientation.stored(left + width - 1, top + height - 1, width: storedWidth, height: storedHeight)
    return PixelRectangle(
      left: min(a.x, b.x), top: min(a.y, b.y), width: abs(a.x - b.x) + 1, height: abs(a.y - b.y) + 1)
  }
}
