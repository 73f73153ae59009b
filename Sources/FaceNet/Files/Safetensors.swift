internal import FoundationEssentials
public import Networks

/// The safetensors format: 8 bytes of little-endian header length, a JSON header, raw little-endian tensors.
///
/// F32, F16 and I8 tensors are read and written; in memory all are F32. A tensor of bytes has another one beside it, called
/// like it with `.scale` behind, by which they are multiplied along the axis where that is longer than 1. Every length and offset is checked before it is used;
/// the tensors must cover the data without gap or overlap, as the format demands.
public enum Safetensors {
  /// How tensors are stored.
  public enum Storage: String, Sendable, Hashable, CaseIterable {
    case float32
    /// Tensors of two axes or more in half precision, which halves a model file; vectors (biases, normalisation) stay whole,
    /// since they are few and their errors would add up over a plane.
    case float16

    func type(of tensor: NamedTensor) -> ElementType { self == .float16 && tensor.shape.count > 1 ? .half : .single }
  }

  /// The element types that are known, by their names in the format.
  enum ElementType: String {
    case single = "F32"
    case half = "F16"
    case byte = "I8"

    var bytes: Int {
      switch self {
      case .single: 4
      case .half: 2
      case .byte: 1
      }
    }
  }

  /// The longest header that is parsed, in bytes.
  public static let maximumHeaderBytes = 1 << 20
  /// The most tensors in one file.
  public static let maximumTensors = 10_000

  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    // swift-format-ignore: AlwaysUseLowerCamelCase
    var data_offsets: [Int]
  }

  private enum Item: Codable {
    case tensor(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      if decoder.codingPath.last?.stringValue == Safetensors.metadataKey {
        self = .metadata(try [String: String](from: decoder))
      } else {
        self = .tensor(try Entry(from: decoder))
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tensor(let entry): try entry.encode(to: encoder)
      case .metadata(let texts): try texts.encode(to: encoder)
      }
    }
  }

  private static let metadataKey = "__metadata__"

  /// The file's bytes; tensors lie in the order given, and equal inputs give equal bytes.
  ///
  /// - Parameter byteAxes: tensors that are stored as bytes, by name, each with the axis along which every entry has a scale
  ///   of its own.
  /// - Throws: `.unsupported` for a value that half precision cannot hold.
  public static func serialise(
    _ tensors: [NamedTensor], metadata: [String: String], storage: Storage = .float32, byteAxes: [String: Int] = [:]
  ) throws(ModelFileError) -> [UInt8] {
    var items: [String: Item] = [metadataKey: .metadata(metadata)]
    var offset = 0
    let tensors = tensors.flatMap { tensor in
      byteAxes[tensor.name].map { ByteTensor(tensor, axis: $0).tensors } ?? [tensor]
    }
    func type(_ tensor: NamedTensor) -> ElementType {
      if byteAxes[tensor.name] != nil { return .byte }
      return ByteTensor.isScale(tensor.name, of: byteAxes.keys) ? .single : storage.type(of: tensor)
    }
    for tensor in tensors {
      let type = type(tensor)
      let end = offset + type.bytes * tensor.values.count
      let entry = Entry(dtype: type.rawValue, shape: tensor.shape, data_offsets: [offset, end])
      guard items.updateValue(.tensor(entry), forKey: tensor.name) == nil else {
        throw ModelFileError(.damaged, "two tensors are called '\(tensor.name)'")
      }
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var header = (try? encoder.encode(items)).map({ [UInt8]($0) }) else {
      throw ModelFileError(.damaged, "the header cannot be written as JSON")
    }
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    guard header.count <= maximumHeaderBytes else {
      throw ModelFileError(.tooLarge, "the header has \(header.count) bytes; at most \(maximumHeaderBytes) are allowed")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    unsafe withUnsafeBytes(of: UInt64(header.count).littleEndian) { unsafe bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for tensor in tensors {
      switch type(tensor) {
      case .single: appendLittleEndian(tensor.values, to: &bytes)
      case .half: try appendHalves(tensor, to: &bytes)
      case .byte: for value in tensor.values { bytes.append(UInt8(bitPattern: Int8(value))) }
      }
    }
    return bytes
  }

  /// The tensors, in the order of their bytes, the header's texts, and `float16` where any tensor is.
  public static func parse(
    _ bytes: [UInt8]
  ) throws(ModelFileError) -> (tensors: [NamedTensor], metadata: [String: String], storage: Storage) {
    guard bytes.count >= 8 else {
      throw ModelFileError(.truncated, "the file has \(bytes.count) bytes; a safetensors file has at least 8")
    }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(maximumHeaderBytes) else {
      throw ModelFileError(
        .tooLarge, "the header claims \(length) bytes; at most \(maximumHeaderBytes) are read. Is this a model file?")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw ModelFileError(.truncated, "the file ends within its header: \(bytes.count) of at least \(start) bytes")
    }
    var metadata: [String: String] = [:]
    var entries: [(name: String, entry: Entry)] = []
    do {
      for (name, item) in try JSONDecoder().decode([String: Item].self, from: Data(bytes[8..<start])) {
        switch item {
        case .metadata(let texts): metadata = texts
        case .tensor(let entry): entries.append((name, entry))
        }
      }
    } catch {
      throw ModelFileError(.damaged, "the header is no safetensors header")
    }
    guard entries.count <= maximumTensors else {
      throw ModelFileError(.tooLarge, "the file has \(entries.count) tensors; at most \(maximumTensors) are read")
    }
    entries.sort { ($0.entry.data_offsets.first ?? 0, $0.name) < ($1.entry.data_offsets.first ?? 0, $1.name) }
    var tensors: [NamedTensor] = []
    var storage = Storage.float32
    var ofBytes: Set<String> = []
    var offset = 0
    let available = bytes.count - start
    for (name, entry) in entries {
      let (type, count) = try elements(name, entry)
      let end = offset + type.bytes * count
      guard entry.data_offsets == [offset, end] else {
        throw ModelFileError(.damaged, "tensor '\(name)' lies at \(entry.data_offsets), not at [\(offset), \(end)]")
      }
      guard end <= available else {
        throw ModelFileError(
          .truncated, "the file ends within tensor '\(name)': \(available) of at least \(end) bytes")
      }
      let values: [Float]
      switch type {
      case .single: values = littleEndian(bytes, at: start + offset, count: count)
      case .half:
        values = halves(bytes, at: start + offset, count: count)
        storage = .float16
      case .byte:
        values = bytes[start + offset..<start + end].map { Float(Int8(bitPattern: $0)) }
        ofBytes.insert(name)
      }
      tensors.append(NamedTensor(name: name, shape: entry.shape, values: values))
      offset = end
    }
    guard offset == available else {
      throw ModelFileError(.truncated, "\(available - offset) bytes follow the last tensor")
    }
    return (try ByteTensor.multiplied(tensors, ofBytes), metadata, storage)
  }

  /// The type and the number of elements of a tensor, if they are in order.
  private static func elements(
    _ name: String, _ entry: Entry
  ) throws(ModelFileError) -> (type: ElementType, count: Int) {
    guard let type = ElementType(rawValue: entry.dtype) else {
      throw ModelFileError(.unsupported, "tensor '\(name)' is of type \(entry.dtype); only F32, F16 and I8 are read")
    }
    var count = 1
    for size in entry.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow, product <= ModelFile.maximumBytes / 4 else {
        throw ModelFileError(.damaged, "tensor '\(name)' has an impossible shape: \(entry.shape)")
      }
      count = product
    }
    return (type, count)
  }
}
