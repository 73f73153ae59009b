internal import FoundationEssentials
public import Networks

/// A network in an ONNX file: parsed, and not yet bound to an input's size.
///
/// The file is read by a reader of its own within stated limits; a damaged or hostile one ends in an `ONNXError`.
/// `graph(input:)` works out every shape for a given input and gives what `GraphNetwork` runs.
public struct ONNXModel: Sendable {
  /// Every limit that a file has to keep; a file beyond one is refused with `tooLarge`.
  public enum Limit {
    /// Bytes of a file.
    public static let fileBytes = 512 << 20
    /// Operators of the whole graph.
    public static let nodes = 20_000
    /// Tensors, inputs and outputs of the whole graph.
    public static let tensors = 40_000
    /// Inputs, outputs or attributes of a node.
    public static let operands = 4096
    /// Axes of a tensor.
    public static let rank = 8
    /// Numbers in one tensor.
    public static let tensorCount = 1 << 27
    /// Numbers in all tensors that follow from others (shape arithmetic, constants).
    public static let foldedCount = 1 << 25
    /// Operator sets (of the default domain) that are understood.
    public static let operatorSets = 7...23
  }

  /// An input that is not a weight.
  public struct Input: Sendable, Hashable {
    /// As the file spells it.
    public let name: String
    /// Nil for a length that the file leaves open.
    public let shape: [Int?]
  }

  /// What goes in beside the weights. Networks with one input are supported.
  public let inputs: [Input]
  /// Names of what the network computes, in the file's order.
  public private(set) var outputs: [String]
  /// The version of ONNX's default operators that the file was written for.
  public let operatorSet: Int
  /// Names of all operators that the network uses, each once.
  public var operators: [String] { Set(nodes.map(\.operation)).sorted() }

  /// Whether a mean is subtracted among the first operators: such networks take bytes' values as they are.
  public var normalisesItself: Bool { nodes.prefix(4).contains { $0.operation == "Sub" } }

  /// What the file calls its weights.
  public var tensorNames: [String] { initialisers.keys.sorted() }

  /// The network up to one of its outputs.
  public func ending(in output: String) -> ONNXModel {
    var model = self
    model.outputs = [output]
    return model
  }

  let nodes: [NodeMessage]
  let initialisers: [String: ConstantTensor]

  /// Reads a file.
  ///
  /// - Throws: `unreadable`, and what `init(bytes:)` throws.
  public init(path: String) throws(ONNXError) {
    let data: Data
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= Limit.fileBytes else {
        throw ONNXError(.tooLarge, "'\(path)' has \(size) bytes; at most \(Limit.fileBytes) are read")
      }
      data = try Data(contentsOf: URL(filePath: path))
    } catch let error as ONNXError {
      throw error
    } catch {
      throw ONNXError(.unreadable, "'\(path)' cannot be read: give an ONNX file that exists and is yours to read")
    }
    do {
      try self.init(bytes: [UInt8](data))
    } catch {
      throw ONNXError(error.code, "'\(path)' is refused: \(error.message)")
    }
  }

  /// Parses a file's bytes.
  ///
  /// - Throws: `damaged`, `tooLarge`, or `unsupported` for operator sets, element types and parts that are not read.
  public init(bytes: [UInt8]) throws(ONNXError) {
    guard bytes.count <= Limit.fileBytes else {
      throw ONNXError(.tooLarge, "the file has \(bytes.count) bytes; at most \(Limit.fileBytes) are read")
    }
    var graph: ArraySlice<UInt8>?
    var version: Int64?
    var reader = WireReader(bytes[...])
    while let (number, field) = try reader.next() {
      switch number {
      case 7: graph = try field.bytes()
      case 8:
        let (domain, number) = try Self.operatorSet(try field.bytes())
        if domain.isEmpty || domain == "ai.onnx" { version = number }
      default: break
      }
    }
    guard let graph, let version else { throw WireReader.damaged("it has no graph or no operator set") }
    guard Limit.operatorSets.contains(Int(clamping: version)) else {
      throw ONNXError(
        .unsupported,
        "the file uses operator set \(version); \(Limit.operatorSets.lowerBound) to \(Limit.operatorSets.upperBound) "
          + "are understood: export it again with one of them")
    }
    operatorSet = Int(version)
    var parts = GraphParts()
    try parts.read(graph)
    (nodes, initialisers, outputs) = (parts.nodes, parts.initialisers, parts.outputs.map(\.name))
    // Older files list their weights among the inputs.
    inputs = parts.inputs.filter { parts.initialisers[$0.name] == nil }.map { Input(name: $0.name, shape: $0.shape) }
  }

  /// The network for one size of input.
  ///
  /// - Parameter input: the input's shape, N×C×H×W for a network of pictures. Lengths that the file fixes must be
  ///   those.
  /// - Throws: `unsupported`, naming the node, for what the importer does not do; `mismatch` where shapes do not fit.
  public func graph(input shape: [Int]) throws(ONNXError) -> Graph {
    guard inputs.count == 1 else {
      let names = inputs.prefix(8).map(\.name).joined(separator: ", ")
      throw ONNXError(.unsupported, "the network has \(inputs.count) inputs (\(names)); networks with one are imported")
    }
    let declared = inputs[0].shape
    guard
      declared.isEmpty || declared.count == shape.count && zip(declared, shape).allSatisfy({ $0 == nil || $0 == $1 })
    else {
      let wanted = declared.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
      throw ONNXError(.mismatch, "the network takes an input of \(wanted), not \(shape)")
    }
    var lowering = try Lowering(self, input: shape)
    return try lowering.run()
  }

  /// OperatorSetIdProto.
  private static func operatorSet(_ bytes: ArraySlice<UInt8>) throws(ONNXError) -> (domain: String, version: Int64) {
    var (domain, version) = ("", Int64(0))
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      if number == 1 { domain = try field.text() }
      if number == 2 { version = try field.integer() }
    }
    return (domain, version)
  }
}

/// GraphProto.
private struct GraphParts {
  var nodes: [NodeMessage] = []
  var initialisers: [String: ConstantTensor] = [:]
  var inputs: [ValueMessage] = []
  var outputs: [ValueMessage] = []

  mutating func read(_ bytes: ArraySlice<UInt8>) throws(ONNXError) {
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      switch number {
      case 1:
        guard nodes.count < ONNXModel.Limit.nodes else {
          throw ONNXError(.tooLarge, "the graph has more than \(ONNXModel.Limit.nodes) nodes")
        }
        nodes.append(try NodeMessage(try field.bytes()))
      case 5:
        let tensor = try ConstantTensor(message: try field.bytes())
        initialisers[tensor.name] = tensor
      case 11: inputs.append(try ValueMessage(try field.bytes()))
      case 12: outputs.append(try ValueMessage(try field.bytes()))
      case 15: throw ONNXError(.unsupported, "the file has sparse weights: export it with dense ones")
      default: break
      }
      guard max(initialisers.count, inputs.count, outputs.count) <= ONNXModel.Limit.tensors else {
        throw ONNXError(.tooLarge, "the graph has more than \(ONNXModel.Limit.tensors) tensors, inputs or outputs")
      }
    }
  }
}
