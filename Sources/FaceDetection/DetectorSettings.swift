/// What a detector's file says beside its layers.
package struct DetectorSettings: Sendable, Hashable, Codable {
  /// The sizes of face that the network finds, in pixels of its input, a size being the root of a box's area: a little
  /// more than an octave, so that one level of the pyramid goes on where the next leaves off.
  package var smallestFace: Double
  package var largestFace: Double
  /// The aligner looks at what this network takes for a face from this logit up.
  package var candidates: Float
  /// A face counts as found from this sum of the detector's and the aligner's logits up.
  package var threshold: Float
  /// How the thresholds were found, for people; empty while they are a guess.
  package var measuredOn: String

  package init(
    smallestFace: Double, largestFace: Double, candidates: Float = -2, threshold: Float = 0, measuredOn: String = ""
  ) {
    self.smallestFace = smallestFace
    self.largestFace = largestFace
    self.candidates = candidates
    self.threshold = threshold
    self.measuredOn = measuredOn
  }
}
