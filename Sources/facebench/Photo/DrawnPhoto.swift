import Images
import SyntheticFaces

/// Photographs of drawn faces, with the grain of a camera: without it a file would be far smaller than a camera's.
enum DrawnPhoto {
  /// - Parameter share: the width of a face against the longer side; less where so many would not fit.
  static func image(megapixels: Double, faces: Int, share: Double) -> Image {
    let width = Int((megapixels * 1e6 * 4 / 3).squareRoot().rounded())
    let height = width * 3 / 4
    var photo = Image(width: width, height: height, colour: Colour(128, 136, 142))
    let columns = faces <= 1 ? 1 : Int((Double(faces) * 4 / 3).squareRoot().rounded(.up))
    let rows = max(1, (faces + columns - 1) / columns)
    // A face is about 0.4 of its picture wide.
    let side = min(Int(share * Double(width) / 0.4), width / columns, height / rows)
    for number in 0..<faces {
      var view = View()
      view.scene = UInt64(number)
      let drawn = SyntheticFace(identity: UInt64(number + 1)).photograph(view, side: min(max(side, 32), 1024))
      let picture = drawn.resized(width: side, height: side)
      photo.blit(
        picture, x: (2 * (number % columns) + 1) * width / (2 * columns) - side / 2,
        y: (2 * (number / columns) + 1) * height / (2 * rows) - side / 2)
    }
    return grained(photo)
  }

  /// With noise of a standard deviation of about four steps, the same every time.
  private static func grained(_ image: Image) -> Image {
    var state: UInt64 = 1
    var pixels = image.pixels
    for pixel in 0..<image.width * image.height {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // The sum of four draws from −3…4.
      var noise = -14
      for shift in [32, 38, 44, 50] { noise += 2 * Int((state >> UInt64(shift)) & 7) }
      for channel in 3 * pixel..<3 * pixel + 3 { pixels[channel] = UInt8(clamping: Int(pixels[channel]) + noise / 2) }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}
