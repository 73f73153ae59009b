import FaceTraining
import Foundation
import Testing

@Suite struct RelationLossTests {
  struct Golden: Decodable {
    var count: Int
    var embeddings: [Float]
    var targets: [Float]
    var loss: Float
    var gradient: [Float]

    /// What `Golden/relation.py` wrote.
    init() throws {
      let folder = URL(filePath: #filePath).deletingLastPathComponent()
      self = try JSONDecoder().decode(
        Golden.self, from: Data(contentsOf: folder.appending(path: "Golden/relation.json")))
    }
  }

  @Test func agreesWithNumPy() throws {
    let golden = try Golden()
    var gradient = [Float](repeating: 1, count: golden.embeddings.count)
    let loss = RelationLoss.evaluate(
      golden.embeddings, targets: golden.targets, count: golden.count, weight: 3, gradient: &gradient)
    #expect(abs(loss - golden.loss) < 1e-5 * golden.loss)
    let scale = golden.gradient.map(abs).max() ?? 0
    let difference = zip(gradient, golden.gradient).map { abs(($0 - 1) / 3 - $1) }.max() ?? .infinity
    #expect(scale > 0)
    #expect(difference < 1e-5 * scale, "largest difference of the gradients: \(difference)")
  }

  @Test func theTeachersOwnDistancesCostNothing() throws {
    let golden = try Golden()
    var gradient = [Float](repeating: 0, count: golden.embeddings.count)
    // Turned about and moved, vectors lie as they lay.
    let moved = golden.embeddings.map { 0.5 - $0 }
    let loss = RelationLoss.evaluate(
      moved, targets: golden.embeddings, count: golden.count, weight: 1, gradient: &gradient)
    #expect(loss < 1e-10 && gradient.allSatisfy { abs($0) < 1e-5 })
  }

  @Test func onePictureHasNoRelations() {
    var gradient: [Float] = [0, 0]
    #expect(RelationLoss.evaluate([1, 0], targets: [0, 1], count: 1, weight: 1, gradient: &gradient) == 0)
    #expect(gradient == [0, 0])
  }
}
