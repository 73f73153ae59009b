internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// Others that one identity is told to look like, at most.
  private static let duplicatesPerIdentity = 8

  /// Duplicates among the identities, and those with few or poor faces.
  func reviewIdentities(_ page: [IdentityRecord], _ review: Review) throws(EngineError) -> ReviewStep {
    var step = ReviewStep(review: review)
    let kinds = review.request.kinds
    for identity in page {
      try CancellationFlag.check()
      // Duplicates are looked for in any case: a face of one is not told as mislabelled.
      let duplicates = try duplicates(of: identity, &step.review)
      if kinds.contains(.duplicate) { step.findings += duplicates }
      if kinds.contains(.fewFaces), identity.faceCount < review.request.minimumFaces {
        step.findings.append(ReviewFinding(kind: .fewFaces, identity: identity))
      }
      guard kinds.contains(.poorFaces), let best = try bestQuality(of: identity), best < Self.advisedQuality else {
        continue
      }
      step.findings.append(ReviewFinding(kind: .poorFaces, identity: identity, quality: best))
    }
    return step
  }

  private func duplicates(of identity: IdentityRecord, _ review: inout Review) throws(EngineError) -> [ReviewFinding] {
    guard let probe = review.index.template(of: identity.id)?.direction else { return [] }
    let apart = try apart(identity.gallery, from: identity.id)
    review.apart[identity.id] = apart.isEmpty ? nil : apart
    let answer = try review.index.search(probe, count: 1 + Self.duplicatesPerIdentity)
    var findings: [ReviewFinding] = []
    for near in answer.identities
    where near.identity != identity.id && near.distance <= review.rule.threshold && !apart.contains(near.identity) {
      let pair = [min(identity.id, near.identity), max(identity.id, near.identity)]
      guard review.duplicates.insert(pair).inserted,
        let other = try self.identity(identity.gallery, near.identity)
      else { continue }
      findings.append(
        ReviewFinding(
          kind: .duplicate, identity: identity, other: other, face: near.face, distance: near.distance,
          threshold: review.rule.threshold))
    }
    return findings
  }

  /// Of the identity's faces whose quality is known; nil where none is.
  private func bestQuality(of identity: IdentityRecord) throws(EngineError) -> Double? {
    var (best, last): (Double?, FaceID?) = (nil, nil)
    while true {
      let page = try translating { () throws(StoreError) in
        try store.faces(identity.gallery, identity: identity.id, after: last, limit: 256)
      }
      for quality in page.compactMap(\.quality) { best = max(best ?? 0, quality) }
      if let best, best >= Self.advisedQuality { return best }
      guard page.count == 256 else { return best }
      last = page.last?.id
    }
  }
}
