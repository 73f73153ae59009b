internal import CImageKernels
internal import Glibc

extension Image {
  /// Separable resampling: for each output row, source rows are mixed into one row of floats, then its columns.
  func resampled(columns: AxisWeights, rows: AxisWeights) -> Image {
    let (newWidth, newHeight) = (columns.starts.count, rows.starts.count)
    let first = 3 * columns.used.lowerBound
    let span = 3 * columns.used.count
    var mixed = [Float](repeating: 0, count: span)
    let output = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        mixed.withUnsafeMutableBufferPointer { mixed in
          for y in 0..<newHeight {
            mixed.update(repeating: 0)
            for tap in 0..<rows.window {
              let weight = rows.taps[y * rows.window + tap]
              if weight == 0 { continue }
              let row = source.baseAddress! + 3 * width * (rows.starts[y] + tap) + first
              mix(row, weight, into: mixed.baseAddress!, count: span)
            }
            let line = target.baseAddress! + 3 * newWidth * y
            gather(UnsafePointer(mixed.baseAddress!), columns, first: first, into: line)
          }
        }
      }
      count = newWidth * newHeight * 3
    }
    return Image(width: newWidth, height: newHeight, pixels: output)
  }

  /// mixed[i] += weight · row[i]
  private func mix(
    _ row: UnsafePointer<UInt8>, _ weight: Float, into mixed: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count { mixed[index] += weight * Float(row[index]) }
  }

  private func gather(
    _ mixed: UnsafePointer<Float>, _ columns: AxisWeights, first: Int, into line: UnsafeMutablePointer<UInt8>
  ) {
    let window = columns.window
    columns.taps.withUnsafeBufferPointer { taps in
      columns.starts.withUnsafeBufferPointer { starts in
        for x in 0..<starts.count {
          let from = mixed + (3 * starts[x] - first)
          let weights = taps.baseAddress! + x * window
          var (red, green, blue): (Float, Float, Float) = (0.5, 0.5, 0.5)
          for tap in 0..<window {
            red += weights[tap] * from[3 * tap]
            green += weights[tap] * from[3 * tap + 1]
            blue += weights[tap] * from[3 * tap + 2]
          }
          line[3 * x] = byte(red)
          line[3 * x + 1] = byte(green)
          line[3 * x + 2] = byte(blue)
        }
      }
    }
  }

  /// The turned case of `crop`: every sample is taken by itself.
  func warped(centreX: Double, centreY: Double, side: Double, rotation: Double, pixels size: Int) -> Image {
    let step = side / Double(size)
    let samples = AxisWeights.samples(scale: step)
    let fine = step / Double(samples)
    // Of the first sample of the first pixel, in the coordinates of pixel centres.
    let reach = Double(size * samples - 1) / 2 * fine
    let warp = ik_warp(
      start_x: Float(centreX - 0.5 - (cos(rotation) - sin(rotation)) * reach),
      start_y: Float(centreY - 0.5 - (sin(rotation) + cos(rotation)) * reach),
      cosine: Float(cos(rotation) * fine), sine: Float(sin(rotation) * fine), samples: Int32(samples))
    let output = [UInt8](unsafeUninitializedCapacity: size * size * 3) { target, count in
      ik_warp_rgb(pixels, width, height, warp, size, target.baseAddress)
      count = size * size * 3
    }
    return Image(width: size, height: size, pixels: output)
  }
}

/// Truncates to a byte; the caller has added ½. Weights sum to 1 up to rounding, so only the clamp's edge can be hit.
@inline(__always)
func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }
