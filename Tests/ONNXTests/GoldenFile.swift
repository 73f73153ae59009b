import Foundation
import Networks

/// Reads what the scripts beside the golden files write.
struct GoldenFile {
  struct Malformed: Error {}

  let tensors: [NamedTensor]

  static func path(_ name: String) throws -> String {
    guard let folder = Bundle.module.resourceURL else { throw Malformed() }
    return folder.appending(path: "Golden/\(name)").path
  }

  init(_ name: String) throws {
    let data = [UInt8](try Data(contentsOf: URL(filePath: try Self.path("\(name).golden"))))
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
}

/// The input for which the golden files hold outputs: numbers in −1 ..< 1.
func ramp(_ shape: [Int]) -> [Float] {
  (0..<shape.reduce(1, *)).map { Float($0 * 7919 % 2048) / 1024 - 1 }
}

/// The largest difference; infinite where one is no number.
func largestDifference(_ values: [Float], _ expected: [Float]) -> Float {
  guard values.count == expected.count else { return .infinity }
  let differences = zip(values, expected).map { ($0 - $1).magnitude }
  return differences.contains { $0.isNaN } ? .infinity : differences.max() ?? 0
}
