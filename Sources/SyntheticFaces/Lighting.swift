internal import Glibc

/// One lamp, light from all around, and a film of gloss; the viewer is at +z.
struct Lighting {
  private let direction: Vector
  private let halfway: Vector
  private let lamp: Vector
  private let ambient: Float

  init(view: View) {
    let (azimuth, elevation) = (view.lightAzimuth * .pi / 180, view.lightElevation * .pi / 180)
    direction = Vector(sinf(azimuth) * cosf(elevation), -sinf(elevation), cosf(azimuth) * cosf(elevation))
    halfway = (direction + Vector(0, 0, 1)).normalized
    let warm = Vector(1 + 0.12 * view.lightWarmth, 1, 1 - 0.16 * view.lightWarmth)
    lamp = warm * view.lightStrength * (1 - 0.55 * view.ambient)
    ambient = view.ambient * view.lightStrength
  }

  func shade(_ paint: Paint, normal: Vector) -> Vector {
    let facing = normal.dot(direction)
    // Light that scatters in skin and hair reaches a little around the edge.
    let lit = max(0, (facing + 0.25) / 1.25)
    let sky = ambient * (0.78 - 0.22 * normal.y)
    let mirror = facing > 0 ? powf(max(0, normal.dot(halfway)), 18) * paint.gloss : 0
    return paint.colour * (lamp * lit + sky) + lamp * mirror
  }
}
