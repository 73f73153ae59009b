/// A feed-forward network as operations over values whose shapes are all known: what an imported network becomes.
///
/// It is built in order of execution, and every step is checked as it is added, so a graph that exists can run.
/// `LayerDefinition` describes the networks that are trained here; a graph describes those that come from elsewhere.
public struct Graph: Sendable {
  /// Every limit that a graph has to keep; all products stay far from overflow within them.
  public enum Limit {
    /// Operations in one graph.
    public static let nodes = 8192
    /// Axes of a value.
    public static let rank = 6
    /// Length of an axis.
    public static let length = 1 << 26
    /// Numbers in one value.
    public static let valueCount = 1 << 26
    /// Numbers in all constants together.
    public static let constantCount = 1 << 27
    /// Numbers in all values together.
    public static let totalCount = 1 << 29
    /// Numbers in the memory that values share in a run.
    public static let arenaCount = 1 << 26
    /// Rows or columns of a window's kernel.
    public static let kernel = 64
    /// Rows or columns that a window moves by.
    public static let stride = 64
    /// Multiplications in one run.
    public static let multiplyAdds = 1 << 40
  }

  /// A value of the graph: the input, a constant, or an operation's result.
  public struct Value: Hashable, Sendable {
    let index: Int
  }

  /// One operation with what it reads and what it makes.
  public struct Node: Sendable {
    /// What the file calls it; for messages.
    public let name: String
    /// What it computes.
    public let operation: GraphOperation
    /// What it reads, in the order that `operation` documents.
    public let operands: [Value]
    /// What it makes; every node makes one value.
    public let result: Value
  }

  /// A value that a run returns.
  public struct Output: Sendable {
    /// Unique among the outputs.
    public let name: String
    /// The value returned under that name.
    public let value: Value
  }

  /// In the order of computing: a node reads only the input, constants and results of earlier nodes.
  public private(set) var nodes: [Node] = []
  /// What a run returns, in the order of adding.
  public private(set) var outputs: [Output] = []
  /// Multiply-adds of all convolutions and matrix products.
  public private(set) var multiplyAdds = 0
  /// The one input.
  public let input = Value(index: 0)

  private var shapes: [[Int]] = []
  private var tensors: [Int: NamedTensor] = [:]
  private var constantCount = 0
  private var totalCount = 0

  /// - Parameter input: the input's shape.
  public init(input: [Int]) throws(NetworkError) { _ = try claim(input, "the input") }

  /// The lengths of a value's axes, worked out when it was added.
  public func shape(_ value: Value) -> [Int] { shapes[value.index] }

  /// A constant's tensor; nil for what is computed.
  public func constant(_ value: Value) -> NamedTensor? { tensors[value.index] }

  /// Every constant, in the order in which they were added.
  public var constants: [(value: Value, tensor: NamedTensor)] {
    tensors.sorted { $0.key < $1.key }.map { (Value(index: $0.key), $0.value) }
  }

  /// - Throws: `invalidDefinition` where the tensor is not as long as its shape says, or a limit is passed.
  public mutating func add(_ tensor: NamedTensor) throws(NetworkError) -> Value {
    let count = try Self.count(tensor.shape, "the constant '\(tensor.name)'")
    guard tensor.values.count == count else {
      throw NetworkError(
        .invalidDefinition, "the constant '\(tensor.name)' has \(tensor.values.count) numbers for \(tensor.shape)")
    }
    constantCount += count
    guard constantCount <= Limit.constantCount else {
      throw NetworkError(.invalidDefinition, "the constants have more than \(Limit.constantCount) numbers")
    }
    let value = try claim(tensor.shape, "the constant '\(tensor.name)'")
    tensors[value.index] = tensor
    return value
  }

  /// Adds an operation and returns its result.
  ///
  /// - Throws: `invalidDefinition`, naming the node, where operands do not fit the operation or a limit is passed.
  public mutating func append(
    _ operation: GraphOperation, name: String, operands: [Value]
  ) throws(NetworkError) -> Value {
    guard nodes.count < Limit.nodes else {
      throw NetworkError(.invalidDefinition, "a graph of more than \(Limit.nodes) operations")
    }
    guard operands.allSatisfy({ shapes.indices.contains($0.index) }) else {
      throw NetworkError(.invalidDefinition, "\(name): an operand that the graph does not have")
    }
    let inference = GraphInference(
      name: name, shapes: operands.map { shapes[$0.index] }, constants: operands.map { tensors[$0.index] != nil })
    let shape = try inference.shape(of: operation)
    // First: only lengths within the limits leave room for the products below.
    _ = try Self.count(shape, name)
    multiplyAdds += inference.multiplyAdds(of: operation, result: shape)
    guard multiplyAdds <= Limit.multiplyAdds else {
      throw NetworkError(.invalidDefinition, "\(name): more than \(Limit.multiplyAdds) multiplications in all")
    }
    let result = try claim(shape, name)
    nodes.append(Node(name: name, operation: operation, operands: operands, result: result))
    return result
  }

  /// Makes a value an output under a name.
  ///
  /// - Throws: `invalidDefinition` for a value of another graph.
  public mutating func addOutput(_ name: String, _ value: Value) throws(NetworkError) {
    guard shapes.indices.contains(value.index) else {
      throw NetworkError(.invalidDefinition, "the output '\(name)' is no value of the graph")
    }
    outputs.append(Output(name: name, value: value))
  }

  private mutating func claim(_ shape: [Int], _ place: String) throws(NetworkError) -> Value {
    totalCount += try Self.count(shape, place)
    guard totalCount <= Limit.totalCount else {
      throw NetworkError(.invalidDefinition, "\(place): more than \(Limit.totalCount) numbers in all values")
    }
    shapes.append(shape)
    return Value(index: shapes.count - 1)
  }

  /// The numbers of a shape, with every limit checked.
  static func count(_ shape: [Int], _ place: String) throws(NetworkError) -> Int {
    guard shape.count <= Limit.rank, shape.allSatisfy({ (1...Limit.length).contains($0) }) else {
      throw NetworkError(
        .invalidDefinition,
        "\(place): a shape of \(shape): use at most \(Limit.rank) axes of 1 to \(Limit.length)")
    }
    var count = 1
    for length in shape {
      count *= length
      guard count <= Limit.valueCount else {
        throw NetworkError(.invalidDefinition, "\(place): \(shape) is more than \(Limit.valueCount) numbers")
      }
    }
    return count
  }
}
