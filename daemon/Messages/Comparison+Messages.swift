import FaceAPI
import FaceEngine
import FaceTypes

extension Faced_V1_ReindexComparison {
  init(_ comparison: ModelComparison) {
    self.init()
    comparedFaces = Int64(comparison.compared)
    agreeingFaces = Int64(comparison.agreed)
    before = .init(comparison.before)
    after = .init(comparison.after)
    changed = comparison.changes.map(Faced_V1_ChangedFace.init)
    leftOut = comparison.leftOut.map(Faced_V1_LeftOutFace.init)
    leftOutFaces = Int64(comparison.leftOutCount)
  }
}

extension Faced_V1_ModelDistances {
  init(_ distances: ModelComparison.Distances) {
    self.init()
    model = ResourceName.model(distances.model)
    if let own = Faced_V1_DistanceQuantiles(distances.own) { self.own = own }
    if let others = Faced_V1_DistanceQuantiles(distances.others) { nearestOther = others }
    ownWithinThreshold = Int64(distances.ownWithin)
    othersWithinThreshold = Int64(distances.othersWithin)
  }
}

extension Faced_V1_DistanceQuantiles {
  init?(_ ascending: [Float]) {
    let quantiles = [0.1, 0.5, 0.9].compactMap { ModelComparison.Distances.quantile(ascending, $0) }
    guard quantiles.count == 3 else { return nil }
    self.init()
    (low, median, high) = (Double(quantiles[0]), Double(quantiles[1]), Double(quantiles[2]))
  }
}

extension Faced_V1_ChangedFace {
  init(_ change: ModelComparison.Change) {
    self.init()
    face = ResourceName.face(change.face, in: change.gallery)
    identity = ResourceName.identity(change.identity, in: change.gallery)
    displayName = change.name
    before = .init(change.before, in: change.gallery)
    after = .init(change.after, in: change.gallery)
  }
}

extension Faced_V1_NearestIdentity {
  init(_ near: ModelComparison.Near, in gallery: GalleryID) {
    self.init()
    identity = ResourceName.identity(near.identity, in: gallery)
    displayName = near.name
    distance = Double(near.distance)
  }
}

extension Faced_V1_LeftOutFace {
  init(_ face: ModelComparison.LeftOut) {
    self.init()
    self.face = ResourceName.face(face.face, in: face.gallery)
    identity = ResourceName.identity(face.identity, in: face.gallery)
    displayName = face.name
    reason = face.reason == .noCrop ? .noCrop : .cropDamaged
  }
}
