internal import Glibc

/// How much of the first of two aligned faces a blend shows at every point; the rest is the second's.
///
/// Points are in the face's own frame: eye–mouth distances to the right and down of its centre.
package struct BlendMask: Hashable, Sendable {
  package enum Shape: CaseIterable, Hashable, Sendable {
    /// The same share everywhere.
    case whole
    /// One face's brow and eyes, the other's mouth and chin.
    case upperAndLower
    case leftAndRight
    /// One face's features in the other's outline.
    case innerAndOuter
  }

  package var shape: Shape
  /// The first face's share where it is shown most, 0 to 1; its share elsewhere is 1 minus this.
  package var share: Float
  /// Where the two meet: down, right, or as a factor of the inner ellipse.
  package var border: Float
  /// Eye–mouth distances over which one becomes the other.
  package var softness: Float

  package init(shape: Shape, share: Float, border: Float, softness: Float) {
    (self.shape, self.share, self.border, self.softness) = (shape, share, border, softness)
  }

  package init(random: inout RandomSource) {
    let shapes = Shape.allCases
    let shape = shapes[Int.random(in: shapes.indices, using: &random)]
    let share = Float.random(in: shape == .whole ? 0.3...0.7 : 0.85...1, using: &random)
    let border: Float
    switch shape {
    case .whole: border = 0
    case .upperAndLower: border = Float.random(in: -0.3...0.4, using: &random)
    case .leftAndRight: border = Float.random(in: -0.25...0.25, using: &random)
    case .innerAndOuter: border = Float.random(in: 0.75...1.15, using: &random)
    }
    let softness = Float.random(in: 0.08...0.35, using: &random)
    let isExchanged = Bool.random(using: &random)
    self.init(shape: shape, share: isExchanged ? 1 - share : share, border: border, softness: softness)
  }

  /// The first face's share at a point of its frame.
  package func weight(right: Float, down: Float) -> Float {
    // How far the point lies on the second face's side of the border.
    let beyond: Float
    switch shape {
    case .whole: return share
    case .upperAndLower: beyond = down - border
    case .leftAndRight: beyond = right - border
    case .innerAndOuter:
      // The ellipse through the brows, the cheeks and below the mouth.
      beyond = hypotf(right / 0.75, down / 0.85) - border
    }
    let second = 1 / (1 + expf(-4 * beyond / softness))
    return share + (1 - 2 * share) * second
  }
}
