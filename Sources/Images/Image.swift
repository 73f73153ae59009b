/// A picture in memory: 8-bit sRGB, three channels interleaved, rows from the top without padding.
public struct Image: Sendable, Hashable {
  /// In pixels, at least 1.
  public let width: Int
  /// In pixels, at least 1.
  public let height: Int
  /// `width * height * 3` bytes: red, green, blue of the top-left pixel first.
  public internal(set) var pixels: [UInt8]

  /// - Precondition: both sides are positive and `pixels.count == width * height * 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "an image is width * height * 3 bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A picture of one colour.
  public init(width: Int, height: Int, colour: Colour) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    var pixels = [UInt8](repeating: colour.red, count: width * height * 3)
    if colour.green != colour.red || colour.blue != colour.red {
      for index in 0..<width * height {
        pixels[3 * index + 1] = colour.green
        pixels[3 * index + 2] = colour.blue
      }
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// The pixel in column `x`, row `y`.
  /// - Precondition: the pixel lies inside the picture.
  public subscript(x: Int, y: Int) -> Colour {
    get {
      precondition(contains(x, y), "pixel outside the image")
      let index = 3 * (y * width + x)
      return Colour(pixels[index], pixels[index + 1], pixels[index + 2])
    }
    set {
      precondition(contains(x, y), "pixel outside the image")
      let index = 3 * (y * width + x)
      pixels[index] = newValue.red
      pixels[index + 1] = newValue.green
      pixels[index + 2] = newValue.blue
    }
  }

  /// The pixels of a rectangle within the picture.
  public func part(_ part: PixelRectangle) -> Image {
    precondition(
      part.left >= 0 && part.top >= 0 && part.left + part.width <= width && part.top + part.height <= height,
      "a part lies within its picture")
    var found: [UInt8] = []
    found.reserveCapacity(part.width * part.height * 3)
    for row in part.top..<part.top + part.height {
      let start = 3 * (row * width + part.left)
      found += pixels[start..<start + 3 * part.width]
    }
    return Image(width: part.width, height: part.height, pixels: found)
  }

  private func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < width && y < height }
}

/// One 8-bit sRGB colour.
public struct Colour: Sendable, Hashable {
  /// 0 to 255, gamma-encoded as in sRGB.
  public var red: UInt8
  /// 0 to 255, gamma-encoded as in sRGB.
  public var green: UInt8
  /// 0 to 255, gamma-encoded as in sRGB.
  public var blue: UInt8

  /// A colour from its three components.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The darkest colour.
  public static let black = Colour(0, 0, 0)
  /// The lightest colour.
  public static let white = Colour(255, 255, 255)
}
