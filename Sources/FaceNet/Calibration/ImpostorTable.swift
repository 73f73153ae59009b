/// How far below their mean the squared distances of different people lie, in standard deviations, by the rate at which
/// they do: the shape of the tail, which a few people cannot show.
///
/// Measured by `scripts/measure-impostors.py` on 5,601 people, 38,405,066 pairs, with two networks (a MobileFaceNet, and faced's default
/// model); of both the larger number counts at every rate, so that thresholds rather come out too strict.
enum ImpostorTable {
  struct Point {
    let rate: Double
    /// Of pairs of two faces, and of a face and a template of several.
    let pair: Float
    let template: Float
  }

  static let points: [Point] = [
    Point(rate: 1e-6, pair: 6.21, template: 6.21), Point(rate: 3.16e-6, pair: 5.72, template: 5.72),
    Point(rate: 1e-5, pair: 5.18, template: 5.39), Point(rate: 3.16e-5, pair: 4.73, template: 4.99),
    Point(rate: 1e-4, pair: 4.32, template: 4.55), Point(rate: 3.16e-4, pair: 3.89, template: 4.07),
    Point(rate: 1e-3, pair: 3.43, template: 3.56), Point(rate: 3.16e-3, pair: 2.96, template: 3.02),
    Point(rate: 1e-2, pair: 2.45, template: 2.48), Point(rate: 3.16e-2, pair: 1.90, template: 1.91),
    Point(rate: 1e-1, pair: 1.28, template: 1.28),
  ]

  /// Faces of the templates that a calibration has tables for.
  static let templateSizes = [2, 5, 20]
}
