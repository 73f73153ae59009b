package import FaceNet
package import FaceTypes

/// A representation whose embedding is the mean of a face's and of its mirror image's, brought back to length 1; should the
/// two cancel, the face's own.
package struct FlipAveraged<Base: FaceRepresentation>: FaceRepresentation {
  package let base: Base

  package init(_ base: Base) { self.base = base }

  package var input: InputSpecification { base.input }

  package func embeddings(of faces: [FaceViews]) throws -> [Embedding] {
    let (straight, mirrored) = (try base.embeddings(of: faces), try base.embeddings(of: faces.map { $0.mirrored() }))
    return zip(straight, mirrored).map { Embedding(meanOf: [$0, $1]) ?? $0 }
  }
}
