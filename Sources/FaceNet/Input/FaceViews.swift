public import Images

/// One face as a model takes it: a crop of the network's size for every one of its views.
public struct FaceViews: Sendable, Hashable {
  /// In the order of `InputSpecification.views`.
  public var crops: [Image]

  /// The crops of one face; whether they fit a model is checked when it embeds them.
  public init(_ crops: [Image]) { self.crops = crops }

  /// Every crop the other way round.
  package func mirrored() -> FaceViews { FaceViews(crops.map { $0.mirrored() }) }
}
