internal import FoundationEssentials

/// One line of a run's log.
package struct StepRecord: Codable, Hashable, Sendable {
  /// Steps done, and pictures seen in them.
  package var step: Int
  package var images: Int
  /// What was minimised, and its parts before their weights.
  package var loss: Float
  package var tripletLoss: Float
  package var targetLoss: Float?
  package var pairLoss: Float?
  package var relationLoss: Float?
  /// The share of anchor–positive pairs whose triplet has a loss.
  package var activeTriplets: Float
  /// Mean squared distances within the batch.
  package var meanPositive: Float
  package var meanNegative: Float
  package var learningRate: Float
  package var imagesPerSecond: Double
  /// Seconds until the last step at this speed.
  package var secondsLeft: Double
  /// On the validation identities, at the steps that look: VAL at FAR 1e-3 and the share of right decisions.
  package var validationRate: Double?
  package var validationAccuracy: Double?

  package init(
    step: Int, images: Int, loss: Float, tripletLoss: Float, targetLoss: Float? = nil, pairLoss: Float? = nil,
    relationLoss: Float? = nil,
    activeTriplets: Float,
    meanPositive: Float, meanNegative: Float, learningRate: Float, imagesPerSecond: Double, secondsLeft: Double
  ) {
    (self.step, self.images, self.loss) = (step, images, loss)
    (self.tripletLoss, self.targetLoss, self.pairLoss) = (tripletLoss, targetLoss, pairLoss)
    (self.relationLoss, self.activeTriplets) = (relationLoss, activeTriplets)
    (self.meanPositive, self.meanNegative) = (meanPositive, meanNegative)
    (self.learningRate, self.imagesPerSecond, self.secondsLeft) = (learningRate, imagesPerSecond, secondsLeft)
  }

  /// One line of JSON.
  package func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{\"step\":\(step),\"error\":\"a value is no number\"}" }
    return String(decoding: data, as: UTF8.self)
  }
}
