import FaceTraining
import Foundation
import Testing

@Suite struct ContrastiveLossTests {
  struct Golden: Decodable {
    var labels: [Int]
    var margin: Float
    var embeddings: [Float]
    var loss: Float
    var active: Float
    var gradient: [Float]

    /// What `Golden/contrastive.py` wrote.
    init() throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent()
      self = try JSONDecoder().decode(
        Golden.self, from: Data(contentsOf: folder.appending(path: "Golden/contrastive.json")))
    }
  }

  @Test func agreesWithPyTorch() throws {
    let golden = try Golden()
    var gradient = [Float](repeating: 0, count: golden.embeddings.count)
    let result = ContrastiveLoss.evaluate(
      golden.embeddings, labels: golden.labels, margin: golden.margin, weight: 1, gradient: &gradient)
    #expect(abs(result.loss - golden.loss) < 1e-5 * golden.loss)
    #expect(abs(result.active - golden.active) < 1e-6)
    let scale = golden.gradient.map(abs).max() ?? 0
    let difference = zip(gradient, golden.gradient).map { abs($0 - $1) }.max() ?? .infinity
    #expect(scale > 0)
    #expect(difference < 1e-5 * scale, "largest difference of the gradients: \(difference)")
  }

  /// The weight scales the gradient, which is added to what is there, and not the loss.
  @Test func theWeightScalesTheGradient() throws {
    let golden = try Golden()
    var gradient = [Float](repeating: 1, count: golden.embeddings.count)
    let result = ContrastiveLoss.evaluate(
      golden.embeddings, labels: golden.labels, margin: golden.margin, weight: 3, gradient: &gradient)
    #expect(abs(result.loss - golden.loss) < 1e-5 * golden.loss)
    for (value, expected) in zip(gradient, golden.gradient) { #expect(abs(value - 1 - 3 * expected) < 1e-5) }
  }

  @Test func vectorsInOnePointStayFinite() {
    var gradient = [Float](repeating: 0, count: 6)
    let result = ContrastiveLoss.evaluate(
      [1, 0, 1, 0, 1, 0], labels: [0, 0, 1], margin: 1, weight: 1, gradient: &gradient)
    #expect(result.loss == 0.5 && result.active == 1)
    #expect(gradient == [Float](repeating: 0, count: 6))
  }
}
