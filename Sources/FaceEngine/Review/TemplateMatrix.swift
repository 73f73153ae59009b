internal import FaceTypes

/// Templates of many identities side by side, to be compared with one face after another.
struct TemplateMatrix: Sendable {
  let identities: [IdentityID]
  private let values: [Float]
  private let dimension: Int

  init(_ templates: [(identity: IdentityID, direction: Embedding)], dimension: Int) {
    identities = templates.map(\.identity)
    values = templates.flatMap(\.direction.values)
    self.dimension = dimension
  }

  /// Squared distances from a face to every template, in their order.
  func distances(to probe: Embedding) -> [Float] {
    let (width, whole) = (8, dimension / 8 * 8)
    return unsafe values.withUnsafeBytes { rows in
      unsafe probe.values.withUnsafeBytes { probe in
        identities.indices.map { row in
          let start = row * dimension * 4
          var sums = SIMD8<Float>.zero
          for column in stride(from: 0, to: whole, by: width) {
            unsafe sums +=
              rows.loadUnaligned(fromByteOffset: start + 4 * column, as: SIMD8<Float>.self)
              * probe.loadUnaligned(fromByteOffset: 4 * column, as: SIMD8<Float>.self)
          }
          var product = sums.sum()
          for column in whole..<dimension {
            unsafe product +=
              rows.loadUnaligned(fromByteOffset: start + 4 * column, as: Float.self)
              * probe.loadUnaligned(fromByteOffset: 4 * column, as: Float.self)
          }
          return max(0, 2 - 2 * product)
        }
      }
    }
  }
}
