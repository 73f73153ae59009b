import FaceTraining
import Foundation
import Testing

@Suite struct TripletLossTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      var loss: Float
      var gradient: [Float]
    }

    var labels: [Int]
    var margin: Float
    var embeddings: [Float]
    var cases: [String: Case]

    /// What `Golden/triplet.py` wrote.
    init() throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent()
      self = try JSONDecoder().decode(
        Golden.self, from: Data(contentsOf: folder.appending(path: "Golden/triplet.json")))
    }
  }

  @Test(arguments: [TripletSelection.semiHard, .hardest])
  func agreesWithPyTorch(selection: TripletSelection) throws {
    let golden = try Golden()
    let expected = try #require(golden.cases[selection.rawValue])
    var random = RandomSource(seed: 1)
    let result = TripletLoss(margin: golden.margin, selection: selection)
      .evaluate(golden.embeddings, labels: golden.labels, random: &random)
    #expect(abs(result.loss - expected.loss) < 1e-5 * expected.loss)
    let scale = expected.gradient.map(abs).max() ?? 0
    let difference = zip(result.gradient, expected.gradient).map { abs($0 - $1) }.max() ?? .infinity
    #expect(scale > 0)
    #expect(difference < 1e-5 * scale, "largest difference of \(selection) gradients: \(difference)")
  }

  /// With fixed triplets the loss is piecewise smooth; random selection with one seed keeps them fixed.
  @Test func gradientAgreesWithFiniteDifferences() throws {
    let golden = try Golden()
    func loss(_ embeddings: [Float]) -> TripletLoss.Result {
      var random = RandomSource(seed: 5)
      return TripletLoss(margin: 1, selection: .random).evaluate(embeddings, labels: golden.labels, random: &random)
    }
    let gradient = loss(golden.embeddings).gradient
    let step: Float = 1e-2
    for index in golden.embeddings.indices {
      var (above, below) = (golden.embeddings, golden.embeddings)
      above[index] += step
      below[index] -= step
      let numeric = (loss(above).loss - loss(below).loss) / (2 * step)
      #expect(abs(numeric - gradient[index]) < 2e-2 * max(0.05, abs(numeric)), "component \(index)")
    }
  }

  @Test func nobodyTwiceMeansNoLoss() {
    var random = RandomSource(seed: 1)
    let result = TripletLoss().evaluate([1, 0, 0, 1, -1, 0], labels: [0, 1, 2], random: &random)
    #expect(result.loss == 0 && result.active == 0)
    #expect(result.gradient == [Float](repeating: 0, count: 6))
    #expect(result.meanNegative > 0)
  }

  @Test func targetsPullEmbeddingsTowardsThemselves() {
    var gradient: [Float] = [0.5, 0, 0, 0]
    let loss = TargetLoss.evaluate(
      [1, 0, 0, 1], targets: [0, 1, 0, 1], count: 2, weight: 3, gradient: &gradient)
    // ‖(1,0) − (0,1)‖² = 2 and 0, halved by the count; the gradient is 2·3/2·(f − t) on top of what was there.
    #expect(loss == 1)
    #expect(gradient == [3.5, -3, 0, 0])
  }
}
