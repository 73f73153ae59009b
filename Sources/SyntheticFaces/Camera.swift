internal import Glibc

/// Turns the head and projects it with a little perspective.
struct Camera {
  private let rows: (Vector, Vector, Vector)
  private let scale: Float
  private let centre: SIMD2<Float>
  /// The neck's joint: what the head turns about, in face coordinates.
  private static let pivot = Vector(0, 0.6, -0.35)
  private static let distance: Float = 11

  /// - Parameter side: of the canvas in pixels.
  init(view: View, side: Int, turned: Bool) {
    let degree = Float.pi / 180
    // A body follows its head a little.
    let share: Float = turned ? 1 : 0.3
    let (cy, sy) = (cosf(view.yaw * degree * share), sinf(view.yaw * degree * share))
    let (cp, sp) = (cosf(view.pitch * degree * share), sinf(view.pitch * degree * share))
    let (cr, sr) = (cosf(view.roll * degree * share), sinf(view.roll * degree * share))
    // Yaw about y, then pitch about x, then roll about z.
    let yawed = (Vector(cy, 0, sy), Vector(0, 1, 0), Vector(-sy, 0, cy))
    let pitched = (yawed.0, yawed.1 * cp + yawed.2 * sp, yawed.2 * cp - yawed.1 * sp)
    rows = (pitched.0 * cr - pitched.1 * sr, pitched.0 * sr + pitched.1 * cr, pitched.2)
    scale = Float(side) * 0.19 * view.zoom
    centre = SIMD2(Float(side) * (0.5 + view.offsetX), Float(side) * (0.56 + view.offsetY))
  }

  func turn(_ vector: Vector) -> Vector { Vector(rows.0.dot(vector), rows.1.dot(vector), rows.2.dot(vector)) }

  func place(_ point: Vector) -> Vector { turn(point - Self.pivot) }

  /// Canvas x, canvas y and nearness of a placed point.
  func project(_ placed: Vector) -> Vector {
    let magnify = scale * Self.distance / (Self.distance - placed.z)
    return Vector(centre.x + placed.x * magnify, centre.y + placed.y * magnify, placed.z)
  }
}
