/// A convolution over channels-last maps, counted out number by number.
struct PlainConvolution: Sendable, CustomStringConvertible {
  var images = 2
  var height: Int
  var width: Int
  var channels: Int
  /// Floats from one input pixel to the next.
  var pitch: Int
  var filters: Int
  var kernel: Int
  var stride = 1
  var padding: Int

  var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  var outPixels: Int { outHeight * outWidth }
  var taps: Int { kernel * kernel }

  var description: String {
    "\(images)×\(height)×\(width)×\(channels) to \(filters), kernel \(kernel), stride \(stride), padding \(padding)"
  }

  /// The input pixel under a tap of an output pixel; nil outside the map.
  func inputPixel(_ outPixel: Int, _ tap: Int) -> Int? {
    let y = outPixel / outWidth * stride - padding + tap / kernel
    let x = outPixel % outWidth * stride - padding + tap % kernel
    return (0..<height).contains(y) && (0..<width).contains(x) ? y * width + x : nil
  }

  /// Calls `body` with the places of every product: in x (`pitch` floats a pixel), in the weights (filters × taps ×
  /// channels), and in the result (`filters` floats a pixel).
  func forEachProduct(_ body: (_ x: Int, _ weight: Int, _ z: Int) -> Void) {
    for image in 0..<images {
      for outPixel in 0..<outPixels {
        for tap in 0..<taps {
          guard let pixel = inputPixel(outPixel, tap) else { continue }
          for filter in 0..<filters {
            for channel in 0..<channels {
              body(
                (image * height * width + pixel) * pitch + channel, (filter * taps + tap) * channels + channel,
                (image * outPixels + outPixel) * filters + filter)
            }
          }
        }
      }
    }
  }

  /// Sizes on both sides of every register width and block.
  static let cases: [PlainConvolution] = [
    PlainConvolution(height: 5, width: 4, channels: 8, pitch: 8, filters: 1, kernel: 1, padding: 0),
    PlainConvolution(height: 3, width: 5, channels: 15, pitch: 17, filters: 17, kernel: 3, padding: 1),
    PlainConvolution(height: 7, width: 6, channels: 16, pitch: 16, filters: 16, kernel: 3, padding: 0),
    PlainConvolution(height: 4, width: 3, channels: 31, pitch: 40, filters: 47, kernel: 5, padding: 2),
    PlainConvolution(height: 6, width: 7, channels: 33, pitch: 33, filters: 65, kernel: 3, stride: 2, padding: 1),
    PlainConvolution(images: 1, height: 1, width: 1, channels: 49, pitch: 49, filters: 31, kernel: 1, padding: 0),
    PlainConvolution(images: 7, height: 3, width: 3, channels: 64, pitch: 70, filters: 33, kernel: 3, padding: 1),
    PlainConvolution(images: 3, height: 13, width: 15, channels: 127, pitch: 128, filters: 5, kernel: 1, padding: 0),
    PlainConvolution(images: 1, height: 9, width: 8, channels: 79, pitch: 79, filters: 129, kernel: 2, padding: 1),
  ]
}

/// Small integers, whose sums of products are exact in floats.
struct Integers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2 &+ 1 }

  mutating func values(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 33).truncatingRemainder(dividingBy: 9) - 4
    }
  }
}
