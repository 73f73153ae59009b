public import FaceTypes
internal import VectorIndex

/// How much of the true nearest faces the searches of a gallery find.
public struct GalleryRecall: Sendable {
  /// The gallery whose index it is.
  public let gallery: GalleryID
  /// Faces in the index.
  public let faces: Int
  /// Every face is compared.
  public let isExact: Bool
  /// The share of the nearest that searches are to find.
  public let promised: Double
  /// What the last calibration found; nil where none was made.
  public let calibrated: Double?
  /// What searches really found lately, of which a sample is answered exactly as well; nil before the first.
  public let measured: Double?
  /// Searches behind `measured`.
  public let samples: Int
}

extension FaceEngine {
  /// Of every gallery with faces under the active model, largest first.
  public var recalls: [GalleryRecall] {
    currentView().active.allIndexes.compactMap { gallery, index in
      guard let recall = index.recall else { return nil }
      return GalleryRecall(
        gallery: gallery, faces: index.count, isExact: recall.isExact, promised: recall.promised ?? 1,
        calibrated: recall.calibrated, measured: recall.measured, samples: recall.samples)
    }.sorted { ($1.faces, $0.gallery) < ($0.faces, $1.gallery) }
  }
}
