internal import Glibc

/// Linear-light red, green, blue, or x (to the viewer's right), y (down), z (toward the viewer).
typealias Vector = SIMD3<Float>

extension SIMD3<Float> {
  func dot(_ other: Vector) -> Float { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Vector) -> Vector {
    Vector(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  var normalized: Vector {
    let length = dot(self).squareRoot()
    return length > 0 ? self / length : Vector(0, 0, 1)
  }

  /// From this to `other` by `share`, 0 to 1.
  func mixed(_ other: Vector, _ share: Float) -> Vector { self + (other - self) * share }
}

/// 0 below `low`, 1 above `high`, smooth between; reversed when `low > high`; a plain jump when they are equal.
func step(_ low: Float, _ high: Float, _ value: Float) -> Float {
  if low == high { return value < low ? 0 : 1 }
  let t = min(max((value - low) / (high - low), 0), 1)
  return t * t * (3 - 2 * t)
}

/// A bell: 1 at 0, e⁻¹ at ±1.
func bell(_ t: Float) -> Float {
  let square = t * t
  return square > 9 ? 0 : expf(-square)
}

func bell(_ u: Float, _ v: Float) -> Float {
  let square = u * u + v * v
  return square > 9 ? 0 : expf(-square)
}

/// The upper half of a lens: 1 in the middle, 0 at ±1 and beyond.
func lens(_ u: Float) -> Float { max(0, 1 - u * u) }

/// sRGB bytes as linear light.
func linear(_ red: Float, _ green: Float, _ blue: Float) -> Vector {
  func decode(_ value: Float) -> Float { powf(value / 255, 2.2) }
  return Vector(decode(red), decode(green), decode(blue))
}
