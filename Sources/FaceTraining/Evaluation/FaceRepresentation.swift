package import FaceNet
package import FaceTypes
internal import Images

/// Anything that turns a face's crop into a vector whose squared distances are compared: a network, or a baseline.
package protocol FaceRepresentation {
  /// The crops that it takes.
  var input: InputSpecification { get }
  func embeddings(of faces: [FaceViews]) throws -> [Embedding]
}

extension Embedder: FaceRepresentation {
  package var input: InputSpecification { metadata.input }
  package func embeddings(of faces: [FaceViews]) throws -> [Embedding] { try embed(faces) }
}

/// The baseline without learning: the crop's grey values, without their mean and to length 1.
package struct RawPixels: FaceRepresentation, Sendable {
  package let input: InputSpecification

  package init(pixels: Int = 96) {
    input = InputSpecification(height: pixels, width: pixels, cropSide: 3.0, alignment: .upright)
  }

  package func embeddings(of faces: [FaceViews]) -> [Embedding] {
    faces.map { Embedding(unit: Self.normalised($0.crops[0].pixels)) }
  }

  /// Interleaved RGB to luma (ITU-R BT.601), without the mean, to length 1.
  static func normalised(_ pixels: [UInt8]) -> [Float] {
    var grey: [Float] = []
    grey.reserveCapacity(pixels.count / 3)
    for index in stride(from: 0, to: pixels.count, by: 3) {
      grey.append(0.299 * Float(pixels[index]) + 0.587 * Float(pixels[index + 1]) + 0.114 * Float(pixels[index + 2]))
    }
    let mean = grey.reduce(0, +) / Float(max(1, grey.count))
    var sum: Float = 0
    for index in grey.indices {
      grey[index] -= mean
      sum += grey[index] * grey[index]
    }
    let factor = sum > 0 ? 1 / sum.squareRoot() : 0
    return grey.map { $0 * factor }
  }
}
