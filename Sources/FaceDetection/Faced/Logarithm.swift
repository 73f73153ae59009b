internal import Glibc

enum Logarithm {
  static func natural(_ value: Float) -> Float { logf(value) }
  static func exponential(_ value: Float) -> Float { expf(value) }
}
