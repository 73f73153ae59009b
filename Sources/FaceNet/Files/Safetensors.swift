internal import FoundationEssentials
public import Networks

/// The safetensors format: 8 bytes of little-endian header length, a JSON header, raw little-endian tensors.
///
/// Only F32 tensors are read and written. Every length and offset is checked before it is used; the tensors must cover
/// the data without gap or overlap, as the format demands.
public enum Safetensors {
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
  public static func serialise(_ tensors: [NamedTensor], metadata: [String: String]) throws(ModelFileError) -> [UInt8] {
    var items: [String: Item] = [metadataKey: .metadata(metadata)]
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      guard
        items.updateValue(
          .tensor(Entry(dtype: "F32", shape: tensor.shape, data_offsets: [offset, end])), forKey: tensor.name) == nil
      else { throw ModelFileError(.damaged, "two tensors are called '\(tensor.name)'") }
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
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for tensor in tensors { appendLittleEndian(tensor.values, to: &bytes) }
    return bytes
  }

  /// The tensors, in the order of their bytes, and the header's texts.
  public static func parse(
    _ bytes: [UInt8]
  ) throws(ModelFileError) -> (tensors: [NamedTensor], metadata: [String: String]) {
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
    var offset = 0
    let available = bytes.count - start
    for (name, entry) in entries {
      let count = try elements(name, entry)
      guard entry.data_offsets == [offset, offset + 4 * count] else {
        throw ModelFileError(
          .damaged, "tensor '\(name)' lies at \(entry.data_offsets), not at [\(offset), \(offset + 4 * count)]")
      }
      guard offset + 4 * count <= available else {
        throw ModelFileError(
          .truncated, "the file ends within tensor '\(name)': \(available) of at least \(offset + 4 * count) bytes")
      }
      tensors.append(
        NamedTensor(name: name, shape: entry.shape, values: littleEndian(bytes, at: start + offset, count: count)))
      offset += 4 * count
    }
    guard offset == available else {
      throw ModelFileError(.truncated, "\(available - offset) bytes follow the last tensor")
    }
    return (tensors, metadata)
  }

  /// The number of elements of a tensor whose shape and type are in order.
  private static func elements(_ name: String, _ entry: Entry) throws(ModelFileError) -> Int {
    guard entry.dtype == "F32" else {
      throw ModelFileError(.unsupported, "tensor '\(name)' is of type \(entry.dtype); only F32 is read")
    }
    var count = 1
    for size in entry.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow, product <= ModelFile.maximumBytes / 4 else {
        throw ModelFileError(.damaged, "tensor '\(name)' has an impossible shape: \(entry.shape)")
      }
      count = product
    }
    return count
  }
}
