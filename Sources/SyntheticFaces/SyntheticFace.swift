internal import Glibc
package import Images

/// A drawn person. The same identity always has the same face; a `View` says how it is photographed. Nobody real is
/// shown or learned from: every trait is drawn from the identity's number.
package struct SyntheticFace: Sendable {
  package let identity: UInt64
  private let traits: Traits

  package init(identity: UInt64) {
    self.identity = identity
    traits = Traits(identity: identity)
  }

  /// Photographs the person; equal arguments give equal pictures.
  ///
  /// - Parameter side: width and height of the picture in pixels, 32 to 1024. The face is about 0.4 of it wide.
  package func photograph(_ view: View, side: Int = 256) -> Image {
    precondition((32...1024).contains(side), "a photograph is 32 to 1024 pixels wide")
    let studio = Studio(traits: traits, view: view, side: 2 * side)
    return studio.photograph()
  }
}
