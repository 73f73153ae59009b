internal import FaceNet
package import Networks

/// All that a run needs to go on. Batches draw from the recipe's seed and the step alone, so there is no generator to save.
package struct Checkpoint {
  /// The recipe as JSON.
  package var recipe: String
  /// Steps done.
  package var step: Int
  package var network: [NamedTensor]
  var optimizer: [NamedTensor]
  /// What one kind of run keeps beside these: texts and tensors under names of its own.
  var texts: [String: String] = [:]
  var tensors: [NamedTensor] = []

  private static let format = ["format": "faced-checkpoint", "format_version": "2"]
  private static let maximumBytes = 1 << 30

  init(recipe: String, step: Int, network: [NamedTensor], optimizer: [NamedTensor]) {
    (self.recipe, self.step, self.network, self.optimizer) = (recipe, step, network, optimizer)
  }

  package static func path(in folder: String) -> String { "\(folder)/checkpoint.safetensors" }

  /// Writes the file whole: after a crash there is the checkpoint before it or this one.
  func write(to path: String) throws(TrainingError) {
    let all = Part.network.mark(network) + Part.optimizer.mark(optimizer) + tensors
    let metadata = texts.merging(Self.format) { $1 }.merging(["recipe": recipe, "step": String(step)]) { $1 }
    do {
      try FileBytes.writeAtomically(try Safetensors.serialise(all, metadata: metadata), to: path)
    } catch {
      throw TrainingError(.unreadable, "the checkpoint cannot be written: \(error)")
    }
  }

  package init(path: String) throws(TrainingError) {
    let (found, texts): ([NamedTensor], [String: String])
    do {
      (found, texts, _) = try Safetensors.parse(try FileBytes.read(path, limit: Self.maximumBytes))
    } catch {
      throw TrainingError(.badCheckpoint, "the checkpoint '\(path)' is refused: \(error)")
    }
    guard Self.format.allSatisfy({ texts[$0.key] == $0.value }), let recipe = texts["recipe"],
      let step = texts["step"].flatMap({ Int($0) }), step >= 0
    else { throw TrainingError(.badCheckpoint, "'\(path)' is no checkpoint of this version of facetrain") }
    (self.recipe, self.step, self.texts) = (recipe, step, texts)
    network = Part.network.marked(in: found)
    optimizer = Part.optimizer.marked(in: found)
    tensors = found.filter { tensor in !Part.allCases.contains { tensor.name.hasPrefix($0.prefix) } }
  }

  /// Puts the network and the optimizer where they were.
  ///
  /// - Throws: `.badCheckpoint` when they are of other shapes.
  func load(into network: TrainableNetwork, _ optimizer: inout any Optimizer) throws(TrainingError) {
    do {
      try network.load(self.network)
      try optimizer.load(self.optimizer)
    } catch {
      throw TrainingError(.badCheckpoint, "the checkpoint does not fit the network: \(error)")
    }
  }

  static var ofAnotherRecipe: TrainingError {
    TrainingError(
      .badCheckpoint,
      "the checkpoint was written by another recipe: resume with that one, or start in a new folder")
  }
}

/// Whose a tensor of the file is, said by its name.
private enum Part: String, CaseIterable {
  case network, optimizer

  var prefix: String { rawValue + "/" }

  func mark(_ tensors: [NamedTensor]) -> [NamedTensor] {
    tensors.map { NamedTensor(name: prefix + $0.name, shape: $0.shape, values: $0.values) }
  }

  func marked(in tensors: [NamedTensor]) -> [NamedTensor] {
    tensors.filter { $0.name.hasPrefix(prefix) }.map {
      NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
    }
  }
}
