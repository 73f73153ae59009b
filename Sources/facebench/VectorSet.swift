import ArgumentParser
import FoundationEssentials
import Glibc

/// Vectors to index, queries to ask, and where it is known, the true answers.
struct VectorSet {
  private(set) var base: [Float]
  let queries: [[Float]]
  /// The nearest ids of each query, nearest first; nil when they are still to be found.
  let truth: [[UInt64]]?
  private let dimension: Int

  let count: Int

  /// Forgets the vectors to index, which are in the index now; for sets that fill the memory.
  mutating func dropBase() { base = [] }

  func row(_ number: Int, dimension: Int) -> [Float] { Array(base[number * dimension..<(number + 1) * dimension]) }

  /// A vector of the base turned a little, by a direction that `salt` picks: a further face of the same identity.
  func turned(_ number: Int, by salt: UInt64) -> [Float] {
    var generator = Generator(seed: salt &* 0x1_0000_0001 ^ UInt64(number))
    let old = base[number * dimension..<(number + 1) * dimension]
    let moved = zip(old, generator.normals(dimension, scale: 0.3 / Float(dimension).squareRoot())).map { $0 + $1 }
    let norm = moved.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return moved.map { $0 / norm }
  }

  /// Reads base.f32, query.f32 and truth.u32 of `folder`.
  init(folder: String, dimension: Int, queries: Int) throws {
    self.dimension = dimension
    base = try Self.read("\(folder)/base.f32", of: Float.self)
    let asked = try Self.read("\(folder)/query.f32", of: Float.self)
    let answers = try Self.read("\(folder)/truth.u32", of: UInt32.self)
    let available = asked.count / dimension
    guard available > 0, base.count % dimension == 0, asked.count % dimension == 0, answers.count % available == 0
    else { throw ValidationError("the files in \(folder) do not hold whole vectors of \(dimension) elements") }
    count = base.count / dimension
    let depth = answers.count / available
    let used = min(queries, available)
    self.queries = (0..<used).map { Array(asked[$0 * dimension..<($0 + 1) * dimension]) }
    truth = (0..<used).map { answers[$0 * depth..<($0 + 1) * depth].map(UInt64.init) }
  }

  /// Writes the files that `init(folder:)` reads: what is in the index, what is asked, and the rows that are nearest.
  static func write(_ base: [Float], queries: [[Float]], truth: [[UInt64]], to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(base, "\(folder)/base.f32")
    try write(queries.flatMap(\.self), "\(folder)/query.f32")
    try write(truth.flatMap { $0.map { UInt32($0) } }, "\(folder)/truth.u32")
  }

  private static func write(_ elements: [some BitwiseCopyable], _ path: String) throws {
    try unsafe elements.withUnsafeBytes { try unsafe Data($0).write(to: URL(filePath: path)) }
  }

  private static func read<Element: BitwiseCopyable>(_ path: String, of type: Element.Type) throws -> [Element] {
    let data = try Data(contentsOf: URL(filePath: path))
    return unsafe data.withUnsafeBytes { bytes in
      unsafe Array(unsafeUninitializedCapacity: bytes.count / MemoryLayout<Element>.size) { buffer, count in
        count = buffer.count
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes.prefix(count * MemoryLayout<Element>.size)))
      }
    }
  }

  /// Makes `count` face-like vectors: identities on a curved surface of 24 dimensions, five faces each, and queries
  /// that are further faces of them.
  init(count: Int, dimension: Int, queries: Int, seed: UInt64) {
    var generator = Generator(seed: seed)
    let faces = FaceLikeVectors(dimension: dimension, generator: &generator)
    self.dimension = dimension
    var base: [Float] = []
    base.reserveCapacity(count * dimension)
    var means: [[Float]] = []
    for i in 0..<count {
      if i % 5 == 0 { means.append(faces.identity(&generator)) }
      base += faces.face(of: means[i / 5], &generator)
    }
    self.base = base
    self.count = count
    self.queries = (0..<queries).map { _ in
      faces.face(of: means[Int.random(in: 0..<means.count, using: &generator)], &generator)
    }
    truth = nil
  }
}

/// Draws unit vectors that lie as those of faces do.
private struct FaceLikeVectors {
  private static let latent = 24
  private static let hidden = 128

  private let dimension: Int
  private let bend: [[Float]]
  private let spread: [[Float]]

  init(dimension: Int, generator: inout Generator) {
    self.dimension = dimension
    bend = (0..<Self.hidden).map { _ in generator.normals(Self.latent, scale: 1.5 / Float(Self.latent).squareRoot()) }
    spread = (0..<dimension).map { _ in generator.normals(Self.hidden, scale: 1) }
  }

  /// The centre of an identity: unit(spread · tanh(bend · z)), z normal.
  func identity(_ generator: inout Generator) -> [Float] {
    let z = generator.normals(Self.latent, scale: 1)
    let bent = bend.map { tanhf(dot($0, z)) }
    return unit(spread.map { dot($0, bent) })
  }

  /// A face: the centre moved in a random direction by a length that varies from face to face.
  func face(of mean: [Float], _ generator: inout Generator) -> [Float] {
    let length = 0.55 * expf(0.35 * generator.normal())
    return unit(zip(mean, unit(generator.normals(dimension, scale: 1))).map { $0 + length * $1 })
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  private func unit(_ vector: [Float]) -> [Float] {
    let norm = dot(vector, vector).squareRoot()
    return vector.map { $0 / norm }
  }
}

/// A small seeded generator (xorshift64*), with normal deviates by Box and Muller.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }

  mutating func normal() -> Float {
    let radius = (-2 * logf(Float.random(in: Float.leastNormalMagnitude..<1, using: &self))).squareRoot()
    return radius * cosf(2 * .pi * Float.random(in: 0..<1, using: &self))
  }

  static func exponential(_ value: Float) -> Float { expf(value) }

  mutating func normals(_ count: Int, scale: Float) -> [Float] { (0..<count).map { _ in scale * normal() } }
}
