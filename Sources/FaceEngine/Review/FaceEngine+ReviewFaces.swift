internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// Faces that are nearer to somebody else than to the others of their identity, and those that are like nobody.
  func reviewFaces(_ page: [FaceRecord], _ review: Review) throws(EngineError) -> ReviewStep {
    var step = ReviewStep(review: review)
    for face in page {
      try CancellationFlag.check()
      guard let finding = try look(at: face, review) else { continue }
      if review.request.kinds.contains(finding.kind) { step.findings.append(finding) }
    }
    return step
  }

  private func look(at face: FaceRecord, _ review: Review) throws(EngineError) -> ReviewFinding? {
    // Of one face there are no others to be unlike.
    guard let probe = review.index.embedding(of: face.id), var own = review.index.template(of: face.identity),
      own.count > 1, let identity = try identity(face.gallery, face.identity)
    else { return nil }
    own.remove(probe.values)
    guard let ownDistance = own.squaredDistance(to: probe) else { return nil }
    let answer = try review.index.search(probe, count: 2, excluding: face.id)
    if let near = answer.identities.first(where: { $0.identity != face.identity }),
      near.distance <= review.rule.threshold
    {
      guard !review.isDuplicate(face.identity, near.identity) else { return nil }
      let areApart = review.apart[face.identity]?.contains(near.identity) == true
      if ownDistance - near.distance > review.rule.ambiguityMargin(areApart: areApart),
        let other = try self.identity(face.gallery, near.identity)
      {
        return ReviewFinding(
          kind: .mislabelled, identity: identity, other: other, face: face.id, distance: near.distance,
          ownDistance: ownDistance, threshold: review.rule.threshold)
      }
    }
    // Two faces that are unlike each other are one finding: of the one that came later.
    guard ownDistance > review.unlike else { return nil }
    if own.count == 1, try !isLast(face) { return nil }
    return ReviewFinding(
      kind: .outlier, identity: identity, face: face.id, ownDistance: ownDistance, threshold: review.unlike)
  }

  /// Whether no face of the identity came after it.
  private func isLast(_ face: FaceRecord) throws(EngineError) -> Bool {
    try translating { () throws(StoreError) in
      try store.faces(face.gallery, identity: face.identity, after: face.id, limit: 1).isEmpty
    }
  }
}
