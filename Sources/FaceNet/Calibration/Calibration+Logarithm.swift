internal import Glibc

extension Calibration {
  static func log2(_ value: Double) -> Double { Glibc.log2(value) }
  static func exp2(_ value: Double) -> Double { Glibc.exp2(value) }
}
