/// Writes the protobuf wire format, to make the files that no exporter would.
struct MadeFile {
  private(set) var bytes: [UInt8] = []

  func varint(_ field: Int, _ value: UInt64) -> MadeFile { key(field, 0).number(value) }

  func bytes(_ field: Int, _ content: [UInt8]) -> MadeFile {
    var next = key(field, 2).number(UInt64(content.count))
    next.bytes += content
    return next
  }

  func text(_ field: Int, _ text: String) -> MadeFile { bytes(field, Array(text.utf8)) }

  func message(_ field: Int, _ message: MadeFile) -> MadeFile { bytes(field, message.bytes) }

  func key(_ field: Int, _ type: Int) -> MadeFile { number(UInt64(field << 3 | type)) }

  func number(_ value: UInt64) -> MadeFile {
    var next = self
    var rest = value
    while rest >= 0x80 {
      next.bytes.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    next.bytes.append(UInt8(rest))
    return next
  }

  // MARK: - ONNX

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [MadeFile] = []
  ) -> MadeFile {
    var node = MadeFile()
    for input in inputs { node = node.text(1, input) }
    for output in outputs { node = node.text(2, output) }
    node = node.text(3, "node of \(outputs.first ?? "")").text(4, operation)
    for attribute in attributes { node = node.message(5, attribute) }
    return node
  }

  static func integer(_ name: String, _ value: Int) -> MadeFile {
    MadeFile().text(1, name).varint(3, UInt64(bitPattern: Int64(value))).varint(20, 2)
  }

  static func integers(_ name: String, _ values: [Int]) -> MadeFile {
    values.reduce(MadeFile().text(1, name)) { $0.varint(8, UInt64(bitPattern: Int64($1))) }.varint(20, 7)
  }

  /// Of type 1 (float) or 7 (int64), with all numbers 0 or those of `integers`.
  static func tensor(_ name: String, _ shape: [Int], type: Int = 1, integers: [Int] = [], bytes: Int? = nil) -> MadeFile
  {
    var tensor = shape.reduce(MadeFile()) { $0.varint(1, UInt64(bitPattern: Int64($1))) }.varint(2, UInt64(type))
    tensor = tensor.text(8, name)
    for value in integers { tensor = tensor.varint(7, UInt64(bitPattern: Int64(value))) }
    return integers.isEmpty
      ? tensor.bytes(9, [UInt8](repeating: 0, count: bytes ?? 4 * shape.reduce(1, *))) : tensor
  }

  static func value(_ name: String, _ shape: [Int]) -> MadeFile {
    let lengths = shape.reduce(MadeFile()) { $0.message(1, MadeFile().varint(1, UInt64($1))) }
    return MadeFile().text(1, name).message(2, MadeFile().message(1, MadeFile().varint(1, 1).message(2, lengths)))
  }

  /// A file of one input `x` and one output `y`.
  static func file(
    _ nodes: [MadeFile], tensors: [MadeFile] = [], input shape: [Int] = [1, 3, 8, 8], operatorSet: Int = 17
  ) -> [UInt8] {
    var graph = MadeFile()
    for node in nodes { graph = graph.message(1, node) }
    for tensor in tensors { graph = graph.message(5, tensor) }
    graph = graph.message(11, value("x", shape)).message(12, MadeFile().text(1, "y"))
    return MadeFile().varint(1, 8).message(7, graph).message(8, MadeFile().varint(2, UInt64(operatorSet))).bytes
  }
}
