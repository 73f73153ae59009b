public import Networks

/// A network of the FaceNet family by name.
public struct Architecture: Sendable, Hashable {
  /// What recipes, model files and `facetrain describe` call it.
  public let name: String
  /// One line for people.
  public let summary: String
  /// The layers and the input's size.
  public let definition: NetworkDefinition

  public init(name: String, summary: String, definition: NetworkDefinition) {
    self.name = name
    self.summary = summary
    self.definition = definition
  }

  /// Every network that has a name.
  public static let all: [Architecture] = [nn4, nn4Small, nn4Tiny]

  /// The network of that name; upper and lower case are alike.
  public static func named(_ name: String) throws(ModelFileError) -> Architecture {
    guard let found = all.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      let names = all.map(\.name).joined(separator: ", ")
      throw ModelFileError(.unknownArchitecture, "no architecture is called '\(name)'; there are \(names)")
    }
    return found
  }
}
