public import Images

/// One face as a model takes it: a crop of the network's size for every one of its views.
public struct FaceViews: Sendable, Hashable {
  public var crops: [Image]

  public init(_ crops: [Image]) { self.crops = crops }

  /// Every crop the other way round.
  package func mirrored() -> FaceViews { FaceViews(crops.map { $0.mirrored() }) }
}
