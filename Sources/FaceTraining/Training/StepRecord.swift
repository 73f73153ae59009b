internal import FoundationEssentials

/// One line of a run's log.
public struct StepRecord: Codable, Hashable, Sendable {
  /// Steps done, and pictures seen in them.
  public var step: Int
  public var images: Int
  /// What was minimised, and its parts before their weights.
  public var loss: Float
  public var tripletLoss: Float
  public var targetLoss: Float?
  public var pairLoss: Float?
  public var relationLoss: Float?
  /// The share of anchor–positive pairs whose triplet has a loss.
  public var activeTriplets: Float
  /// Mean squared distances within the batch.
  public var meanPositive: Float
  public var meanNegative: Float
  public var learningRate: Float
  public var imagesPerSecond: Double
  /// Seconds until the last step at this speed.
  public var secondsLeft: Double
  /// On the validation identities, at the steps that look: VAL at FAR 1e-3 and the share of right decisions.
  public var validationRate: Double?
  public var validationAccuracy: Double?

  public init(
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
  public func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{\"step\":\(step),\"error\":\"a value is no number\"}" }
    return String(decoding: data, as: UTF8.self)
  }
}
