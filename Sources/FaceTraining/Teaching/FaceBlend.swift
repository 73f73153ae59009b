internal import FaceNet
package import FaceTypes
internal import Glibc
package import Images

/// Two faces as one picture.
package enum FaceBlend {
  /// `first`, with `second` laid over it so that their frames coincide: `mask` of the first, the rest of the second, whose
  /// colours are moved so that their mean about the face's middle is the first's.
  ///
  /// - Returns: a picture of `first`'s size, in which `frame` is where it was in `first`.
  package static func blend(_ first: Image, _ frame: FaceFrame, _ second: Image, _ other: FaceFrame, mask: BlendMask)
    -> Image
  {
    let means = zip(middle(first, frame), middle(second, other)).map { $0 - $1 }
    // A step of one pixel in `first`, in the frame's own axes, and the same in `second`'s pixels.
    let scale = 1 / frame.eyeMouthDistance
    let (cosine, sine) = (Float(cos(frame.roll) * scale), Float(sin(frame.roll) * scale))
    let (centreX, centreY) = (Float(frame.centre.x), Float(frame.centre.y))
    let (turnX, turnY) = (
      Float(cos(other.roll) * other.eyeMouthDistance), Float(sin(other.roll) * other.eyeMouthDistance)
    )
    let (otherX, otherY) = (Float(other.centre.x) - 0.5, Float(other.centre.y) - 0.5)
    let (lastX, lastY) = (second.width - 1, second.height - 1)
    let pixels = [UInt8](unsafeUninitializedCapacity: first.pixels.count) { result, initialised in
      first.pixels.withUnsafeBufferPointer { a in
        second.pixels.withUnsafeBufferPointer { b in
          for row in 0..<first.height {
            let v = Float(row) + 0.5 - centreY
            for column in 0..<first.width {
              let u = Float(column) + 0.5 - centreX
              let (right, down) = (u * cosine + v * sine, v * cosine - u * sine)
              let weight = mask.weight(right: right, down: down)
              let x = max(0, min(Float(lastX), otherX + right * turnX - down * turnY))
              let y = max(0, min(Float(lastY), otherY + right * turnY + down * turnX))
              let (left, top) = (Int(x), Int(y))
              let (fx, fy) = (x - Float(left), y - Float(top))
              let across = left < lastX ? 3 : 0
              let below = top < lastY ? 3 * second.width : 0
              let place = 3 * (top * second.width + left)
              let target = 3 * (row * first.width + column)
              for channel in 0..<3 {
                let corner = place + channel
                let upper = Float(b[corner]) * (1 - fx) + Float(b[corner + across]) * fx
                let lower = Float(b[corner + below]) * (1 - fx) + Float(b[corner + below + across]) * fx
                let moved = upper * (1 - fy) + lower * fy + means[channel]
                let value = weight * Float(a[target + channel]) + (1 - weight) * moved
                result[target + channel] = UInt8(max(0, min(255, value)).rounded())
              }
            }
          }
        }
      }
      initialised = first.pixels.count
    }
    return Image(width: first.width, height: first.height, pixels: pixels)
  }

  /// The mean of each colour about the middle of the face.
  private static func middle(_ picture: Image, _ frame: FaceFrame) -> [Float] {
    var sums: [Float] = [0, 0, 0]
    let steps = stride(from: -0.5, through: 0.5, by: 0.125)
    var count: Float = 0
    for down in steps {
      for right in steps {
        let point = frame.point(right: right, down: down)
        let x = max(0, min(picture.width - 1, Int(point.x)))
        let y = max(0, min(picture.height - 1, Int(point.y)))
        let place = 3 * (y * picture.width + x)
        for channel in 0..<3 { sums[channel] += Float(picture.pixels[place + channel]) }
        count += 1
      }
    }
    return sums.map { $0 / count }
  }
}
