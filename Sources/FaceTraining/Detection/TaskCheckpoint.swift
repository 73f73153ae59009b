internal import FaceNet
package import Networks

/// All that a task's run needs to go on; batches draw from the recipe's seed and the step alone.
package struct TaskCheckpoint {
  package var recipe: String
  /// Steps done.
  package var step: Int
  package var network: [NamedTensor]
  var optimizer: [NamedTensor]

  private static let format = "faced-task-checkpoint"
  private static let maximumBytes = 1 << 30

  init(recipe: String, step: Int, network: [NamedTensor], optimizer: [NamedTensor]) {
    (self.recipe, self.step, self.network, self.optimizer) = (recipe, step, network, optimizer)
  }

  /// Writes the file whole: after a crash there is the checkpoint before it or this one.
  func write(to path: String) throws(TrainingError) {
    let tensors =
      network.map { Self.renamed($0, "network/\($0.name)") }
      + optimizer.map { Self.renamed($0, "optimizer/\($0.name)") }
    do {
      let bytes = try Safetensors.serialise(
        tensors, metadata: ["format": Self.format, "recipe": recipe, "step": String(step)])
      try FileBytes.writeAtomically(bytes, to: path)
    } catch {
      throw TrainingError(.unreadable, "the checkpoint cannot be written: \(error)")
    }
  }

  package init(path: String) throws(TrainingError) {
    let tensors: [NamedTensor]
    let texts: [String: String]
    do {
      (tensors, texts, _) = try Safetensors.parse(try FileBytes.read(path, limit: Self.maximumBytes))
    } catch {
      throw TrainingError(.badCheckpoint, "the checkpoint '\(path)' is refused: \(error)")
    }
    guard texts["format"] == Self.format, let step = texts["step"].flatMap({ Int($0) }), step >= 0,
      let recipe = texts["recipe"]
    else { throw TrainingError(.badCheckpoint, "'\(path)' is no checkpoint of a detector's or an aligner's run") }
    func part(_ prefix: String) -> [NamedTensor] {
      tensors.filter { $0.name.hasPrefix(prefix) }.map { Self.renamed($0, String($0.name.dropFirst(prefix.count))) }
    }
    self.init(recipe: recipe, step: step, network: part("network/"), optimizer: part("optimizer/"))
  }

  private static func renamed(_ tensor: NamedTensor, _ name: String) -> NamedTensor {
    NamedTensor(name: name, shape: tensor.shape, values: tensor.values)
  }
}
