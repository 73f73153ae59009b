package import FaceNet
package import FaceTypes
package import Images

/// The baseline of Turk and Pentland (1991): the crop projected to the 128 principal components of a set of pictures,
/// to length 1. The components come from training pictures, never from those that are evaluated.
package struct Eigenfaces: FaceRepresentation, Sendable {
  package static let input = InputSpecification(height: 48, width: 48, cropSide: 3.0, alignment: .upright)
  package var input: InputSpecification { Self.input }
  private let mean: [Float]
  /// `components` orthonormal rows.
  private let basis: [Float]
  package let components: Int

  /// Fits the components to crops of `input`.
  ///
  /// Block power iteration finds the space that the leading components span; distances within it do not depend on which
  /// of its bases is used.
  package init(crops: [Image], components: Int = 128) throws(TrainingError) {
    guard crops.count > 2 * components else {
      throw TrainingError(.badData, "\(components) eigenfaces need more than \(2 * components) pictures to fit")
    }
    let (height, width) = (Self.input.height, Self.input.width)
    let size = height * width
    var rows: [Float] = []
    var mean = [Float](repeating: 0, count: size)
    for crop in crops {
      guard crop.width == width, crop.height == height else {
        throw TrainingError(.badData, "eigenfaces are fitted to crops of \(width)x\(height) pixels")
      }
      let values = RawPixels.normalised(crop.pixels)
      for index in 0..<size { mean[index] += values[index] / Float(crops.count) }
      rows += values
    }
    for index in rows.indices { rows[index] -= mean[index % size] }
    var random = RandomSource(seed: 128)
    var basis = (0..<components * size).map { _ in random.symmetric() }
    for _ in 0..<12 {
      let projected = Projection.products(rows, basis, size: size)
      basis = Projection.combinations(projected, rows, columns: components, size: size)
      Projection.orthonormalise(&basis, size: size)
    }
    (self.mean, self.basis, self.components) = (mean, basis, components)
  }

  package func embeddings(of faces: [FaceViews]) -> [Embedding] {
    faces.map { face in
      let values = RawPixels.normalised(face.crops[0].pixels)
      let centred = zip(values, mean).map { $0 - $1 }
      let projected = Projection.products(centred, basis, size: mean.count)
      let length = projected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return Embedding(unit: length > 0 ? projected.map { $0 / length } : projected)
    }
  }
}
