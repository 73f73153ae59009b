/// One of the looks at a face whose embeddings are averaged: how its crop differs from the one that the network was trained with.
///
/// An embedding follows to some part where exactly the crop was cut, and which way round the face is. That part differs
/// from view to view and cancels in the mean; what is the person's own stays.
public struct CropView: Sendable, Hashable, Codable {
  /// The crop's side, as a multiple of the specification's.
  public var scale: Double
  /// How far its centre lies above the specification's, in eye–mouth distances.
  public var raise: Double
  /// Whether left and right are exchanged.
  public var mirrored: Bool

  /// The crop that the network was trained with, unless an argument changes it.
  public init(scale: Double = 1, raise: Double = 0, mirrored: Bool = false) {
    (self.scale, self.raise, self.mirrored) = (scale, raise, mirrored)
  }

  /// More views of one face than this are refused: each costs a pass through the network.
  public static let maximumCount = 8

  /// Two views, one of them mirrored: cut a little apart, which was a little better on validation identities than a crop and
  /// just its mirror image.
  public static let pair = [
    CropView(scale: 0.95, raise: -0.04, mirrored: false), CropView(scale: 1.05, raise: 0.04, mirrored: true),
  ]
}
