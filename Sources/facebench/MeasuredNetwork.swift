import FaceNet
import Networks

/// A network whose time is measured: layers of ours, or an imported graph.
enum MeasuredNetwork {
  case layers(NetworkDefinition, InferenceNetwork)
  case graph(Graph, Quantisation)

  init(_ file: ModelFile, _ quantisation: Quantisation) throws {
    if let record = file.metadata.architecture.graph {
      self = .graph(try Graph(record, tensors: file.tensors), quantisation)
    } else {
      let definition = file.metadata.architecture.definition
      self = .layers(definition, try InferenceNetwork(definition, state: file.tensors, quantisation: quantisation))
    }
  }

  func multiplyAdds() throws -> Int {
    switch self {
    case .layers(let definition, _): try definition.multiplyAdds()
    case .graph(let graph, _): graph.multiplyAdds
    }
  }

  /// What embeds a batch of noise once. A graph takes its pictures one after another, on one thread.
  func run(batch: Int, threads: Int) throws -> () throws -> Void {
    switch self {
    case .layers(let definition, let network):
      let pictures = definition.noise(images: batch)
      return { _ = try network.embed(pictures, count: batch, threads: threads) }
    case .graph(let graph, let quantisation):
      let network = try GraphNetwork(graph, quantisation: quantisation)
      let picture = noise(count: network.inputShape.reduce(1, *))
      return { for _ in 0..<batch { _ = try network.run(picture) } }
    }
  }

  /// Threads that are used when `asked` are asked for.
  func threads(_ asked: Int) -> Int {
    if case .graph = self { 1 } else { asked }
  }
}
