internal import Networks

/// A graph of ONNX operators and the model file about it.
///
/// Field numbers are those of `onnx.proto` (ONNX IR version 7); the operators are those of operator set 13.
struct ONNXGraph {
  static let irVersion = 7
  static let operatorSet = 13

  /// An operator's attribute.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case number(Float)
  }

  private enum ElementType {
    static let float = 1
    static let int64 = 7
  }

  private var graph = ProtobufMessage()

  init(name: String, documentation: String) {
    graph.add(2, name)
    graph.add(10, documentation)
  }

  /// `inputs` and `outputs` are names of tensors.
  mutating func addNode(
    _ kind: String, name: String, inputs: [String], output: String, _ attributes: [(String, Attribute)] = []
  ) {
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, name)
    node.add(4, kind)
    for (name, attribute) in attributes { node.add(5, Self.message(name, attribute)) }
    graph.add(1, node)
  }

  /// A constant tensor.
  mutating func addConstant(_ tensor: NamedTensor) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * tensor.values.count)
    Safetensors.appendLittleEndian(tensor.values, to: &bytes)
    graph.add(5, Self.tensor(tensor.name, tensor.shape, ElementType.float, bytes))
  }

  /// A constant vector of integers, such as the shape that `Reshape` takes.
  mutating func addConstant(_ name: String, _ values: [Int]) {
    let bytes = values.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: Int64(value) >> (8 * Int64($0))) }
    }
    graph.add(5, Self.tensor(name, [values.count], ElementType.int64, bytes))
  }

  /// A float tensor of the graph's input; its first dimension, the batch, is free.
  mutating func addInput(_ name: String, _ shape: [Int]) { graph.add(11, Self.value(name, shape)) }

  /// Likewise of its output.
  mutating func addOutput(_ name: String, _ shape: [Int]) { graph.add(12, Self.value(name, shape)) }

  /// The whole file.
  func model(metadata: [String: String]) -> [UInt8] {
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, Self.operatorSet)
    var model = ProtobufMessage()
    model.add(1, Self.irVersion)
    model.add(2, "faced")
    model.add(8, operators)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    model.add(7, graph)
    return model.bytes
  }

  private static func message(_ name: String, _ attribute: Attribute) -> ProtobufMessage {
    let (typeField, float, int, ints) = (20, 1, 2, 7)
    var message = ProtobufMessage()
    message.add(1, name)
    switch attribute {
    case .number(let value):
      message.add(2, value)
      message.add(typeField, float)
    case .integer(let value):
      message.add(3, value)
      message.add(typeField, int)
    case .integers(let values):
      for value in values { message.add(8, value) }
      message.add(typeField, ints)
    }
    return message
  }

  private static func tensor(_ name: String, _ shape: [Int], _ type: Int, _ bytes: [UInt8]) -> ProtobufMessage {
    var tensor = ProtobufMessage()
    for size in shape { tensor.add(1, size) }
    tensor.add(2, type)
    tensor.add(8, name)
    tensor.add(9, bytes)
    return tensor
  }

  private static func value(_ name: String, _ shape: [Int]) -> ProtobufMessage {
    var dimensions = ProtobufMessage()
    var batch = ProtobufMessage()
    batch.add(2, "batch")
    dimensions.add(1, batch)
    for size in shape.dropFirst() {
      var dimension = ProtobufMessage()
      dimension.add(1, size)
      dimensions.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, ElementType.float)
    tensor.add(2, dimensions)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
