internal import Glibc

/// Eyes, lids, lashes.
struct EyePaint {
  let traits: Traits
  let view: View
  private let opening: Float
  private let gaze: SIMD2<Float>

  init(traits: Traits, view: View) {
    self.traits = traits
    self.view = view
    opening = traits.eyeOpening * (1 + 0.12 * view.brow - 0.22 * max(view.smile, 0))
    // Looking into the camera turns the eyes against the head.
    gaze = SIMD2(-0.22 * sinf(view.yaw * .pi / 180), -0.2 * sinf(view.pitch * .pi / 180))
  }

  func paint(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let side: Float = x < 0 ? -1 : 1
    let u = (abs(x) - traits.eyeSpacing) / traits.eyeWidth
    let v = y / traits.eyeWidth + traits.eyeTilt * u
    guard abs(u) < 1.7 && abs(v) < 1.7 else { return }
    let upper = -0.52 * opening * powf(lens(u), 0.75)
    let lower = 0.34 * opening * powf(lens(u), 0.85)
    lids(u, v, upper, lower, &paint)
    let inside = step(upper - 0.05, upper + 0.05, v) * step(lower + 0.05, lower - 0.05, v) * step(1.02, 0.95, abs(u))
    if inside > 0 { paint = eyeball(u, v, side, upper, over: paint, inside) }
    // Lashes: thick above, thin below.
    let lash =
      bell((v - upper + 0.03) / 0.085) * step(1.2, 0.9, abs(u)) + 0.45 * bell((v - lower) / 0.06) * step(1, 0.7, abs(u))
    paint.colour *= 1 - 0.88 * min(1, lash)
    paint.gloss *= 1 - min(1, lash)
  }

  private func lids(_ u: Float, _ v: Float, _ upper: Float, _ lower: Float, _ paint: inout Paint) {
    let crease = upper - 0.2 - 0.16 * traits.lidCrease
    let shade = 0.4 * bell((v - crease) / 0.07) * step(1.25, 0.8, abs(u))
    let bag = (0.12 + 0.2 * traits.age) * bell((v - lower - 0.42) / 0.12) * step(1.2, 0.6, abs(u))
    paint.colour *= (1 - shade) * (1 - bag)
    if traits.eyeShadow > 0 && v < upper + 0.1 {
      let cover = 0.55 * traits.eyeShadow * step(-1.15, -0.75, v) * step(1.35, 0.8, abs(u))
      paint.colour = paint.colour.mixed(traits.lips * Vector(0.35, 0.4, 0.6), cover)
    }
  }

  private func eyeball(_ u: Float, _ v: Float, _ side: Float, _ upper: Float, over: Paint, _ inside: Float) -> Paint {
    let shadow = 0.55 + 0.45 * step(upper, upper + 0.4, v)
    var colour = linear(216, 208, 202) * shadow * (1 - 0.18 * abs(u))
    let (dx, dy) = (u - side * gaze.x * 2, v + 0.07 - gaze.y)
    let r = (dx * dx + dy * dy).squareRoot()
    let radius: Float = 0.44
    let rim = traits.iris * (r < radius * 0.75 ? 1.15 : 0.55)
    colour = colour.mixed(rim * (0.6 + 0.4 * shadow), step(radius + 0.04, radius - 0.04, r))
    colour = colour.mixed(Vector(repeating: 0.004), step(0.22, 0.16, r))
    let (hx, hy) = (u - side * gaze.x * 2 - 0.13 * (view.lightAzimuth < 0 ? -side : side), v + 0.2 - gaze.y)
    colour = colour.mixed(Vector(repeating: 0.9), step(0.13, 0.06, (hx * hx + hy * hy).squareRoot()))
    return Paint(colour: over.colour.mixed(colour, inside), gloss: over.gloss * (1 - inside) + 0.1 * inside)
  }
}
