public import Networks

/// A network of the FaceNet family by name.
public struct Architecture: Sendable, Hashable {
  /// What recipes, model files and `facetrain describe` call it, its options included.
  public let name: String
  /// One line for people.
  public let summary: String
  /// The layers and the input's size; without layers where the network is a `graph`.
  public let definition: NetworkDefinition
  /// A network from elsewhere, which runs but is not trained here.
  public let graph: GraphRecord?

  /// A network that can be trained here.
  public init(name: String, summary: String, definition: NetworkDefinition) {
    (self.name, self.summary, self.definition, graph) = (name, summary, definition, nil)
  }

  /// An imported network.
  ///
  /// - Parameter graph: of one picture: 1×3×height×width.
  public init(name: String, summary: String, graph: GraphRecord) {
    (self.name, self.summary, self.graph) = (name, summary, graph)
    let sides = graph.input.count == 4 ? Array(graph.input[2...]) : [0, 0]
    definition = NetworkDefinition(inputChannels: 3, inputHeight: sides[0], inputWidth: sides[1], layers: [])
  }

  /// Every network that has a name, without options.
  public static var all: [Architecture] { families.compactMap { $0.build(ArchitectureOptions()) } }

  /// The network of that name, which may have options (`NN4@0.42+bn/256`, see `ArchitectureOptions`); upper and lower
  /// case are alike.
  ///
  /// - Throws: `.unknownArchitecture`, with the names that there are.
  public static func named(_ name: String) throws(ModelFileError) -> Architecture {
    let (base, options) = try ArchitectureOptions.parse(name)
    guard let family = families.first(where: { $0.name.lowercased() == base }) else {
      let names = families.map(\.name).joined(separator: ", ")
      throw ModelFileError(
        .unknownArchitecture,
        "no architecture is called '\(name)'; there are \(names), and options as in NN4@0.42+bn/256")
    }
    guard let architecture = family.build(options) else {
      throw ModelFileError(
        .unknownArchitecture,
        "\(family.name) does not have every option of '\(name)': NN1, NNS1 and NNS2 have no +flat, and the small NN4s only an "
          + "embedding size, as in /256")
    }
    return architecture
  }

  /// A name, and the network with given options; nil for options that it does not have.
  private struct Family: Sendable {
    var name: String
    var build: @Sendable (ArchitectureOptions) -> Architecture?
  }

  private static let families: [Family] = [
    Family(name: "NN1", build: nn1),
    Family(name: "NN2", build: nn2),
    Family(name: "NN3", build: nn3),
    Family(name: "NN4", build: nn4),
    Family(name: "NNS1", build: nns1),
    Family(name: "NNS2", build: nns2),
    Family(name: "NN4-small", build: nn4Small),
    Family(name: "NN4-tiny", build: nn4Tiny),
  ]
}
