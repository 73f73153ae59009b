internal import Glibc

enum Turn {
  static func cosine(_ angle: Double) -> Double { cos(angle) }
  static func sine(_ angle: Double) -> Double { sin(angle) }
  static func exponential(_ value: Float) -> Float { expf(value) }
  static func logarithm(_ value: Double) -> Double { log(value) }
  static func exponential(_ value: Double) -> Double { exp(value) }
  static func logarithm1p(_ value: Float) -> Float { log1pf(value) }
}
