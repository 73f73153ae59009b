internal import Glibc

/// Glasses: two rims, a bridge and two arms in front of the face.
struct Spectacles {
  let traits: Traits
  let head: Head
  let camera: Camera
  let side: Int

  func draw(on canvas: inout Canvas) {
    let width: Float
    let roundness: Float
    let half: SIMD2<Float>
    switch traits.glasses {
    case .none: return
    case .round: (width, roundness, half) = (0.022, 2, SIMD2(0.29, 0.28))
    case .square: (width, roundness, half) = (0.026, 5, SIMD2(0.33, 0.22))
    case .heavy: (width, roundness, half) = (0.05, 4, SIMD2(0.34, 0.26))
    }
    let x = max(traits.eyeSpacing, half.x + 0.08)
    for sign in [Float(-1), 1] {
      for index in 0..<180 {
        let angle = 2 * Float.pi * Float(index) / 180
        let (cosine, sine) = (cosf(angle), sinf(angle))
        let reach = powf(powf(abs(cosine), roundness) + powf(abs(sine), roundness), -1 / roundness)
        dot(sign * (x + half.x * reach * cosine), 0.03 + half.y * reach * sine, width, on: &canvas)
      }
      for index in 0..<60 {
        let t = Float(index) / 60
        let from = Vector(sign * (x + half.x), -0.04, front(x + half.x))
        let to = Vector(sign * 1.08 * head.halfWidth(-0.1), -0.08, -0.05)
        dot(from.mixed(to, t), width, on: &canvas)
      }
    }
    for index in 0...30 {
      let bridge = (x - half.x) * (2 * Float(index) / 30 - 1)
      dot(bridge, -0.03 - 0.05 * lens(bridge / (x - half.x)), width, on: &canvas)
    }
  }

  /// The frame bends around the face.
  private func front(_ x: Float) -> Float { 1.3 - 0.35 * x * x }

  private func dot(_ x: Float, _ y: Float, _ width: Float, on canvas: inout Canvas) {
    dot(Vector(x, y, front(abs(x))), width, on: &canvas)
  }

  private func dot(_ point: Vector, _ width: Float, on canvas: inout Canvas) {
    let placed = camera.project(camera.place(point))
    canvas.stamp(
      x: placed.x, y: placed.y, near: placed.z, radius: width * Float(side) * 0.095, colour: traits.glassesColour)
  }
}
