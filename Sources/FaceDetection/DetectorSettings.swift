/// What a detector's file says beside its layers.
public struct DetectorSettings: Sendable, Hashable, Codable {
  /// The sizes of face that the network finds, in pixels of its input, a size being the root of a box's area: a little
  /// more than an octave, so that one level of the pyramid goes on where the next leaves off.
  public var smallestFace: Double
  public var largestFace: Double
  /// A face counts as found from this logit up.
  public var threshold: Float
  /// How the threshold was found, for people; empty while it is a guess.
  public var measuredOn: String

  public init(smallestFace: Double, largestFace: Double, threshold: Float = 0, measuredOn: String = "") {
    self.smallestFace = smallestFace
    self.largestFace = largestFace
    self.threshold = threshold
    self.measuredOn = measuredOn
  }
}
