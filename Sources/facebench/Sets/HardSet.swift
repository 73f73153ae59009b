import ArgumentParser

/// Vectors that lie as those that break indexes do.
enum HardSet: String, CaseIterable, ExpressibleByArgument {
  /// On the whole sphere: there is nothing to divide into lists.
  case uniform
  /// 500 times the same, for each of count / 500 vectors.
  case duplicates
  /// Half of all within one dense cluster.
  case cluster
  /// Lengths of noise with a heavy tail: most lie close about their centres, some far away.
  case tail
  /// The lists are trained on one population; then as many of another are added, short of what asks for a training.
  case drift
  /// 99 of 100 are removed again.
  case removed

  /// Vectors in the order in which they come; queries as far from a vector as probes are from their templates, and as strangers.
  struct Made {
    /// Before the lists are trained.
    var first: [Float]
    /// Added afterwards, one by one.
    var later: [Float] = []
    /// Of `first`, so many are removed afterwards.
    var removed = 0
    var probes: [[Float]] = []
    var strangers: [[Float]] = []
  }

  /// - Parameter cosine: of a probe to the vector that it is made of.
  func made(count: Int, dimension: Int, queries: Int, cosine: Float, seed: UInt64) -> Made {
    var draw = Drawing(dimension: dimension, seed: seed)
    var made = Made(first: [])
    switch self {
    case .uniform, .removed:
      if self == .uniform {
        made.first = (0..<count).flatMap { _ in draw.direction() }
      } else {
        made.first = draw.faces(count, centres: max(1, count / 5), tail: 0.3)
        made.removed = count - count / 100
      }
    case .duplicates:
      let distinct = (0..<max(1, count / 500)).map { _ in draw.direction() }
      made.first = (0..<count).flatMap { distinct[$0 % distinct.count] }
    case .cluster:
      let centre = draw.direction()
      for i in 0..<count { made.first += i % 2 == 0 ? draw.near(centre, length: 0.3) : draw.direction() }
    case .tail: made.first = draw.faces(count, centres: max(1, count / 20), tail: 1)
    case .drift:
      made.first = draw.faces(count * 11 / 20, centres: max(1, count / 10), tail: 0.3)
      var other = Drawing(dimension: dimension, seed: seed ^ 0x5eed)
      made.later = other.faces(count - count * 11 / 20, centres: max(1, count / 10), tail: 0.3)
    }
    // Of what is there in the end.
    let kept = made.removed > 0 ? Array(made.first[(made.removed * dimension)...]) : made.first + made.later
    let rows = kept.count / dimension
    for _ in 0..<queries {
      let row = draw.number(below: rows)
      let vector = Array(kept[row * dimension..<(row + 1) * dimension])
      made.probes.append(draw.at(cosine, from: vector))
      made.strangers.append(draw.at(0.5, from: vector))
    }
    return made
  }
}

/// Draws vectors, always the same ones from a seed.
private struct Drawing {
  private let dimension: Int
  private var generator: Generator

  init(dimension: Int, seed: UInt64) {
    self.dimension = dimension
    generator = Generator(seed: seed)
  }

  mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

  mutating func direction() -> [Float] { Self.unit(generator.normals(dimension, scale: 1)) }

  /// A vector moved in a random direction by this length.
  mutating func near(_ centre: [Float], length: Float) -> [Float] {
    Self.unit(zip(centre, direction()).map { $0 + length * $1 })
  }

  /// A vector at this cosine to another.
  mutating func at(_ cosine: Float, from vector: [Float]) -> [Float] {
    let away = direction()
    let along = zip(away, vector).reduce(0) { $0 + $1.0 * $1.1 }
    let across = Self.unit(zip(away, vector).map { $0 - along * $1 })
    let sine = (1 - cosine * cosine).squareRoot()
    return Self.unit(zip(vector, across).map { cosine * $0 + sine * $1 })
  }

  /// About centres in a space of 24 dimensions, by lengths that differ by a factor of e to the power of ±`tail`.
  mutating func faces(_ count: Int, centres: Int, tail: Float) -> [Float] {
    let axes = (0..<24).map { _ in direction() }
    let means = (0..<centres).map { _ in
      let weights = generator.normals(axes.count, scale: 1)
      var sum = [Float](repeating: 0, count: dimension)
      for (axis, weight) in zip(axes, weights) { for i in sum.indices { sum[i] += weight * axis[i] } }
      return Self.unit(sum)
    }
    return (0..<count).flatMap { i in
      near(means[i % centres], length: 0.55 * Generator.exponential(tail * generator.normal()))
    }
  }

  private static func unit(_ vector: [Float]) -> [Float] {
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / norm }
  }
}
