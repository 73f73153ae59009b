public import FaceNet
public import FaceTypes
public import Images

/// A representation whose embedding is the mean of a crop's and of its mirror image's, brought back to length 1.
public struct FlipAveraged<Base: FaceRepresentation>: FaceRepresentation {
  public let base: Base

  public init(_ base: Base) { self.base = base }

  public var input: InputSpecification { base.input }

  public func embeddings(of crops: [Image]) throws -> [Embedding] {
    let (straight, mirrored) = (try base.embeddings(of: crops), try base.embeddings(of: crops.map { $0.mirrored() }))
    return zip(straight, mirrored).map { a, b in
      let sum = zip(a.values, b.values).map { $0 + $1 }
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Opposite vectors have no mean direction; the crop's own is as good as any.
      return length > 0 ? Embedding(unit: sum.map { $0 / length }) : a
    }
  }
}

extension Image {
  /// Left and right exchanged.
  func mirrored() -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(self.pixels.count)
    for row in 0..<height {
      for column in (0..<width).reversed() {
        let place = 3 * (row * width + column)
        pixels += self.pixels[place..<place + 3]
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
