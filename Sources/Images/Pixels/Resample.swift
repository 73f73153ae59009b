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
    let (cosine, sine) = (Float(cos(rotation) * fine), Float(sin(rotation) * fine))
    // Of the first sample of the first pixel, in the coordinates of pixel centres.
    let reach = Double(size * samples - 1) / 2 * fine
    let startX = Float(centreX - 0.5 - (cos(rotation) - sin(rotation)) * reach)
    let startY = Float(centreY - 0.5 - (sin(rotation) + cos(rotation)) * reach)
    let share = 1 / Float(samples * samples)
    let output = [UInt8](unsafeUninitializedCapacity: size * size * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, var to = target.baseAddress else { return }
        for y in 0..<size {
          for x in 0..<size {
            var (red, green, blue): (Float, Float, Float) = (0, 0, 0)
            for row in y * samples..<(y + 1) * samples {
              for column in x * samples..<(x + 1) * samples {
                let u = startX + cosine * Float(column) - sine * Float(row)
                let v = startY + sine * Float(column) + cosine * Float(row)
                let colour = bilinear(from, u, v)
                red += colour.red
                green += colour.green
                blue += colour.blue
              }
            }
            to[0] = byte(red * share + 0.5)
            to[1] = byte(green * share + 0.5)
            to[2] = byte(blue * share + 0.5)
            to += 3
          }
        }
      }
      count = size * size * 3
    }
    return Image(width: size, height: size, pixels: output)
  }

  /// The colour at (`u`, `v`), pixel centres being whole numbers; outside, that of the nearest point inside.
  @inline(__always)
  private func bilinear(
    _ source: UnsafePointer<UInt8>, _ u: Float, _ v: Float
  ) -> (red: Float, green: Float, blue: Float) {
    let (x, y) = (min(max(u, 0), Float(width - 1)), min(max(v, 0), Float(height - 1)))
    let (left, top) = (Int(x), Int(y))
    let (right, below) = (x - Float(left), y - Float(top))
    let (keptX, keptY) = (1 - right, 1 - below)
    let upperLeft = source + 3 * (top * width + left)
    let upperRight = upperLeft + (left + 1 < width ? 3 : 0)
    let down = top + 1 < height ? 3 * width : 0
    let (lowerLeft, lowerRight) = (upperLeft + down, upperRight + down)
    // Channel by channel: a vector of three costs more to fill than it saves.
    @inline(__always)
    func channel(_ index: Int) -> Float {
      let upper = Float(upperLeft[index]) * keptX + Float(upperRight[index]) * right
      let lower = Float(lowerLeft[index]) * keptX + Float(lowerRight[index]) * right
      return upper * keptY + lower * below
    }
    return (channel(0), channel(1), channel(2))
  }
}

/// Truncates to a byte; the caller has added ½. Weights sum to 1 up to rounding, so only the clamp's edge can be hit.
@inline(__always)
func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }
