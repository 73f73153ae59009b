import Images
import TestNumbers

/// Every pixel its own random colour: nothing can be mixed up unseen.
func noise(width: Int, height: Int, seed: UInt64) -> Image {
  var generator = SeededGenerator(seed: seed)
  return Image(
    width: width, height: height,
    pixels: (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
}

/// Gentle waves of colour, which a JPEG keeps nearly as they are.
func waves(width: Int, height: Int) -> Image {
  var pixels: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      pixels.append(UInt8(40 + 170 * x / max(width - 1, 1)))
      pixels.append(UInt8(30 + 190 * y / max(height - 1, 1)))
      pixels.append(UInt8(60 + 60 * (x + y) / max(width + height - 2, 1)))
    }
  }
  return Image(width: width, height: height, pixels: pixels)
}

func largestDifference(_ a: Image, _ b: Image) -> Int {
  guard a.width == b.width, a.height == b.height else { return 256 }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
func bigEndian(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

/// The error of decoding, or nil when a picture came out.
func failure(_ bytes: [UInt8], limits: ImageLimits = .default) -> ImageError? {
  do {
    _ = try ImageDecoder.decode(bytes, limits: limits)
    return nil
  } catch { return error }
}
