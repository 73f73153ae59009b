/// A graph as a model file's header writes it: operations and names, while the constants are the file's tensors.
public struct GraphRecord: Sendable, Hashable, Codable {
  /// What an operation reads: an earlier node's result, a tensor, or (neither) the input.
  public struct Operand: Sendable, Hashable, Codable {
    /// The number of an earlier node, counted from 0.
    public var node: Int?
    /// The name of a tensor in the file.
    public var tensor: String?
  }

  /// One operation, in the order of computing.
  public struct Node: Sendable, Hashable, Codable {
    /// What the imported file called it; for messages.
    public var name: String
    /// What it computes, with its settings.
    public var operation: GraphOperation
    /// What it reads, in the order that `GraphOperation` documents.
    public var operands: [Operand]
  }

  /// A value that a run returns.
  public struct Output: Sendable, Hashable, Codable {
    /// Unique among the outputs.
    public var name: String
    /// What is returned: usually a node's result.
    public var value: Operand
  }

  /// The input's shape.
  public var input: [Int]
  /// Each reads only earlier ones.
  public var nodes: [Node]
  /// In the order in which a run returns them.
  public var outputs: [Output]
}

extension Graph {
  /// What a file keeps of the graph: the record, and the constants under names that are each used once.
  public func record() -> (record: GraphRecord, tensors: [NamedTensor]) {
    var places: [Value: GraphRecord.Operand] = [input: GraphRecord.Operand()]
    var tensors: [NamedTensor] = []
    for (number, constant) in constants.enumerated() {
      var tensor = constant.tensor
      tensor.name = "\(number).\(tensor.name)"
      tensors.append(tensor)
      places[constant.value] = GraphRecord.Operand(tensor: tensor.name)
    }
    var record = GraphRecord(input: shape(input), nodes: [], outputs: [])
    for (number, node) in nodes.enumerated() {
      record.nodes.append(
        GraphRecord.Node(
          name: node.name, operation: node.operation, operands: node.operands.compactMap { places[$0] }))
      places[node.result] = GraphRecord.Operand(node: number)
    }
    record.outputs = outputs.compactMap { output in
      places[output.value].map { GraphRecord.Output(name: output.name, value: $0) }
    }
    return (record, tensors)
  }

  /// The graph that a file describes. Every step is checked again.
  ///
  /// - Throws: `invalidDefinition`, and `invalidState` naming a tensor that is missing.
  public init(_ record: GraphRecord, tensors: [NamedTensor]) throws(NetworkError) {
    try self.init(input: record.input)
    let known = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    var constants: [String: Value] = [:]
    var results: [Value] = []
    func value(_ operand: GraphRecord.Operand, _ graph: inout Graph) throws(NetworkError) -> Value {
      if let node = operand.node {
        guard results.indices.contains(node) else {
          throw NetworkError(.invalidDefinition, "an operand is the result of node \(node), which comes later")
        }
        return results[node]
      }
      guard let name = operand.tensor else { return graph.input }
      if let value = constants[name] { return value }
      guard let tensor = known[name] else { throw NetworkError(.invalidState, "the tensor '\(name)' is missing") }
      let value = try graph.add(tensor)
      constants[name] = value
      return value
    }
    for node in record.nodes {
      var operands: [Value] = []
      for operand in node.operands { operands.append(try value(operand, &self)) }
      results.append(try append(node.operation, name: node.name, operands: operands))
    }
    for output in record.outputs { try addOutput(output.name, try value(output.value, &self)) }
  }
}
