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
    return zip(straight, mirrored).map { $0.mean(with: $1) }
  }
}
