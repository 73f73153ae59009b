internal import FaceTypes
internal import Glibc

/// A face from one frame to another, its surroundings fading out.
struct FacePaste {
  let source: FaceFrame
  let target: FaceFrame
  let mirror: Bool

  /// Half axes of the ellipse about the face at which it has half gone, in eye–mouth distances, and how far it is
  /// raised above the frame's centre.
  private static let (across, along, raise): (Float, Float, Float) = (1.35, 1.6, 0.15)

  /// Where a point of the source comes to lie.
  func place(_ point: Point) -> Point {
    let (dx, dy) = (point.x - source.centre.x, point.y - source.centre.y)
    let (cosine, sine) = (cos(source.roll) / source.eyeMouthDistance, sin(source.roll) / source.eyeMouthDistance)
    let across = dx * cosine + dy * sine
    return target.point(right: mirror ? -across : across, down: dy * cosine - dx * sine)
  }

  /// - Parameter window: the pixels that may be written.
  func write(
    _ picture: PictureBytes, halvings: Int, to planes: UnsafeMutablePointer<Float>, side: Int, window: PixelWindow
  ) {
    let distance = Float(target.eyeMouthDistance)
    let reach = 2 * distance
    let (centreX, centreY) = (Float(target.centre.x), Float(target.centre.y))
    let columns = window.columns.clamped(to: max(0, Int(centreX - reach))..<max(0, min(side, Int(centreX + reach) + 1)))
    let rows = window.rows.clamped(to: max(0, Int(centreY - reach))..<max(0, min(side, Int(centreY + reach) + 1)))
    let (cosine, sine) = (cosf(Float(target.roll)) / distance, sinf(Float(target.roll)) / distance)
    let shrink = Float(1 << halvings)
    let step = Float(source.eyeMouthDistance) / shrink
    let (stepX, stepY) = (cosf(Float(source.roll)) * step, sinf(Float(source.roll)) * step)
    let (fromX, fromY) = (Float(source.centre.x) / shrink - 0.5, Float(source.centre.y) / shrink - 0.5)
    for row in rows {
      for column in columns {
        let (dx, dy) = (Float(column) + 0.5 - centreX, Float(row) + 0.5 - centreY)
        let straight = dx * cosine + dy * sine
        let down = dy * cosine - dx * sine
        let (u, v) = (straight / Self.across, (down + Self.raise) / Self.along)
        let weight = max(0, min(1, (1.15 - (u * u + v * v).squareRoot()) / 0.3))
        guard weight > 0 else { continue }
        let right = mirror ? -straight : straight
        let colour = picture.sample(fromX + right * stepX - down * stepY, fromY + right * stepY + down * stepX)
        for channel in 0..<3 {
          let place = (channel * side + row) * side + column
          planes[place] += weight * (colour[channel] - planes[place])
        }
      }
    }
  }
}
