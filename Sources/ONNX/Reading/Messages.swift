/// The messages of onnx.proto, as far as a feed-forward network needs them. Numbers in the comments are the fields'.

/// Numbers that the file holds, or that follow from such.
struct ConstantTensor {
  enum Values {
    case floats([Float])
    case integers([Int64])
  }

  var name = ""
  /// Empty for a single number.
  var shape: [Int]
  var values: Values

  var count: Int {
    switch values {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }

  var floats: [Float] {
    switch values {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }
}

/// AttributeProto.
enum Attribute {
  case float(Float)
  case integer(Int64)
  case text(String)
  case tensor(ConstantTensor)
  case floats([Float])
  case integers([Int64])
  /// A kind that no supported operator has: a graph, a list of texts.
  case other
}

/// NodeProto.
struct NodeMessage {
  var name = ""
  var operation = ""
  var domain = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [String: Attribute] = [:]

  /// For messages: the operator and what the file calls the node, or its first result.
  var title: String { "\(operation) '\(name.isEmpty ? outputs.first ?? "" : name)'" }

  init(_ bytes: ArraySlice<UInt8>) throws(ONNXError) {
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      switch number {
      case 1: inputs.append(try field.text())
      case 2: outputs.append(try field.text())
      case 3: name = try field.text()
      case 4: operation = try field.text()
      case 5:
        let (name, value) = try Self.attribute(try field.bytes())
        attributes[name] = value
      case 7: domain = try field.text()
      default: break
      }
      guard max(inputs.count, outputs.count, attributes.count) <= ONNXModel.Limit.operands else {
        throw ONNXError(.tooLarge, "\(title) has more than \(ONNXModel.Limit.operands) inputs, outputs or attributes")
      }
    }
  }

  private static func attribute(_ bytes: ArraySlice<UInt8>) throws(ONNXError) -> (String, Attribute) {
    var name = ""
    var value = Attribute.other
    var floats: [Float] = []
    var integers: [Int64] = []
    var type: Int64 = 0
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      switch number {
      case 1: name = try field.text()
      case 2: value = .float(try field.float())
      case 3: value = .integer(try field.integer())
      case 4: value = .text(try field.text())
      case 5: value = .tensor(try ConstantTensor(message: try field.bytes()))
      case 7: try field.append(to: &floats)
      case 8: try field.append(to: &integers)
      case 20: type = try field.integer()
      default: break
      }
    }
    // An empty list has no field of its own: its type alone tells it from nothing.
    if type == 6 || !floats.isEmpty { value = .floats(floats) }
    if type == 7 || !integers.isEmpty { value = .integers(integers) }
    return (name, value)
  }
}

extension ConstantTensor {
  /// TensorProto.
  ///
  /// - Throws: `unsupported` for types that no supported operator computes with, and for numbers kept in other files.
  init(message bytes: ArraySlice<UInt8>) throws(ONNXError) {
    var dimensions: [Int64] = []
    var type: Int64 = 0
    var floats: [Float] = []
    var integers: [Int64] = []
    var raw: ArraySlice<UInt8>?
    var name = ""
    var isExternal = false
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      switch number {
      case 1: try field.append(to: &dimensions)
      case 2: type = try field.integer()
      case 4: try field.append(to: &floats)
      case 5, 7: try field.append(to: &integers)
      case 8: name = try field.text()
      case 9: raw = try field.bytes()
      case 10: try field.appendDoubles(to: &floats)
      case 13: isExternal = true
      case 14: isExternal = try field.integer() == 1
      default: break
      }
    }
    guard !isExternal else {
      throw ONNXError(
        .unsupported, "the tensor '\(name)' lies in another file: export the network as one file, weights included")
    }
    guard let elements = Elements(rawValue: type) else {
      throw ONNXError(
        .unsupported,
        "the tensor '\(name)' has elements of ONNX type \(type); float, half, double, int32, int64 and bool are read")
    }
    let (shape, count) = try Self.shape(dimensions, name)
    if elements.isWhole {
      if let raw { try Elements.append(raw, elements, to: &integers) }
      // int32_data is written as 64-bit varints; the upper half is the sign.
      values = .integers(integers)
    } else {
      if let raw { try Elements.append(raw, elements, to: &floats) }
      // Halves without raw bytes stand as bit patterns among the int32 numbers.
      if elements == .float16 { floats += integers.map { Elements.half(UInt16(truncatingIfNeeded: $0)) } }
      values = .floats(floats)
    }
    (self.name, self.shape) = (name, shape)
    guard self.count == count else {
      throw ONNXError(.damaged, "the tensor '\(name)' has \(self.count) numbers for a shape of \(shape)")
    }
  }

  private static func shape(_ dimensions: [Int64], _ name: String) throws(ONNXError) -> (shape: [Int], count: Int) {
    var count = 1
    for length in dimensions {
      guard (0...Int64(ONNXModel.Limit.tensorCount)).contains(length), dimensions.count <= ONNXModel.Limit.rank else {
        throw ONNXError(.tooLarge, "the tensor '\(name)' has a shape of \(dimensions.prefix(16))")
      }
      count *= Int(length)
      guard count <= ONNXModel.Limit.tensorCount else {
        throw ONNXError(.tooLarge, "the tensor '\(name)' has more than \(ONNXModel.Limit.tensorCount) numbers")
      }
    }
    return (dimensions.map { Int($0) }, count)
  }
}

/// ValueInfoProto: a value that goes in or out.
struct ValueMessage {
  var name = ""
  /// Nil for a length that the file leaves open.
  var shape: [Int?] = []
  var elementType: Int64 = 0

  init(_ bytes: ArraySlice<UInt8>) throws(ONNXError) {
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      switch number {
      case 1: name = try field.text()
      case 2: try type(try field.bytes())
      default: break
      }
    }
  }

  /// TypeProto, whose field 1 is a tensor: element type (1) and shape (2), whose field 1 are the lengths.
  private mutating func type(_ bytes: ArraySlice<UInt8>) throws(ONNXError) {
    var reader = WireReader(bytes)
    while let (number, field) = try reader.next() {
      guard number == 1 else { continue }
      var tensor = WireReader(try field.bytes())
      while let (number, field) = try tensor.next() {
        if number == 1 { elementType = try field.integer() }
        guard number == 2 else { continue }
        var lengths = WireReader(try field.bytes())
        while let (number, field) = try lengths.next() {
          guard number == 1 else { continue }
          shape.append(try Self.length(try field.bytes()))
          guard shape.count <= ONNXModel.Limit.rank else { throw ONNXError(.tooLarge, "'\(name)' has too many axes") }
        }
      }
    }
  }

  private static func length(_ bytes: ArraySlice<UInt8>) throws(ONNXError) -> Int? {
    var reader = WireReader(bytes)
    var value: Int64?
    while let (number, field) = try reader.next() {
      if number == 1 { value = try field.integer() }
    }
    return value.flatMap { (1...Int64(ONNXModel.Limit.tensorCount)).contains($0) ? Int($0) : nil }
  }
}
