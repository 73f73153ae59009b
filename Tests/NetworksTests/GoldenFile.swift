import Foundation
import Networks

/// Reads what Golden/make_golden.py writes.
struct GoldenFile {
  struct Malformed: Error {}

  let tensors: [NamedTensor]

  init(_ name: String) throws {
    guard let folder = Bundle.module.resourceURL else { throw Malformed() }
    let data = [UInt8](try Data(contentsOf: folder.appending(path: "Golden/\(name).golden")))
    guard let end = data.indices.dropLast().first(where: { data[$0] == 10 && data[$0 + 1] == 10 }) else {
      throw Malformed()
    }
    var offset = end + 2
    tensors = try String(decoding: data[..<end], as: UTF8.self).split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      let shape = words.dropFirst().compactMap { Int($0) }
      let count = shape.reduce(1, *)
      guard offset + 4 * count <= data.count else { throw Malformed() }
      let values = (0..<count).map { index in
        let bytes = data[(offset + 4 * index)...].prefix(4).reversed()
        return Float(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) })
      }
      offset += 4 * count
      return NamedTensor(name: String(words[0]), shape: shape, values: values)
    }
    guard offset == data.count else { throw Malformed() }
  }

  func values(_ name: String) throws -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name }) else { throw Malformed() }
    return tensor.values
  }

  /// The tensors whose names begin with `prefix`, without it.
  func group(_ prefix: String) -> [NamedTensor] {
    tensors.filter { $0.name.hasPrefix(prefix) }.map {
      NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
    }
  }
}

/// The largest difference, relative to the largest of the expected values; printed under `name`.
func largestDifference(_ name: String, _ values: [Float], _ expected: [Float]) -> Float {
  guard values.count == expected.count else { return .infinity }
  let size = expected.map { $0.magnitude }.max() ?? 0
  let difference = zip(values, expected).map { ($0 - $1).magnitude }.max() ?? 0
  let relative = difference / max(size, .leastNormalMagnitude)
  print("\(name): largest difference \(difference), relative \(relative)")
  return relative.isNaN ? .infinity : relative
}
