internal import FaceNet
internal import FaceStore
internal import FaceTypes

extension FaceEngine {
  /// Identities, or faces, that one piece of work looks at: others take their turn in between.
  private static let reviewStep = 32

  /// Looks for what somebody should look at in a gallery, and tells it as it is found: identities first, faces then.
  ///
  /// It reads the gallery as it changes; what is corrected meanwhile may still be told.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`, `INVALID_ARGUMENT`, and what `tell` throws.
  public func review(
    _ request: ReviewRequest, tell: @Sendable (ReviewFinding) async throws -> Void
  ) async throws {
    let rate = request.falsePositiveRate ?? options.falsePositiveRate
    guard rate > 0, rate < 1 else {
      throw EngineError(
        .invalidArgument, .invalidArgument, "a false positive rate must be between 0 and 1",
        field: "false_positive_rate"
      )
    }
    _ = try requireGallery(request.gallery)
    let model = currentView().active
    let index = model.index(of: request.gallery)
    let rule = DecisionRule(
      try searchCalibration(request.gallery, model).table, .falsePositiveRate(rate), index.templates)
    var review = Review(
      request: request, index: index, rule: rule,
      unlike: model.calibration.threshold(validationRate: Self.likeShare))
    var last: IdentityID?
    while true {
      let page = try identities(request.gallery, after: last, limit: Self.reviewStep)
      let step = try await pool.runWhenFree { [self, review] () throws(EngineError) in
        try reviewIdentities(page, review)
      }
      review = step.review
      for finding in step.findings { try await tell(finding) }
      guard page.count == Self.reviewStep else { break }
      last = page.last?.id
    }
    guard request.kinds.contains(.mislabelled) || request.kinds.contains(.outlier) else { return }
    var face: FaceID?
    while true {
      let page = try faces(request.gallery, of: nil, after: face, limit: Self.reviewStep)
      let step = try await pool.runWhenFree { [self, review] () throws(EngineError) in try reviewFaces(page, review) }
      for finding in step.findings { try await tell(finding) }
      guard page.count == Self.reviewStep else { return }
      face = page.last?.id
    }
  }
}

/// What a piece of a review found, and what the next one goes by.
struct ReviewStep: Sendable {
  var findings: [ReviewFinding] = []
  var review: Review
}

/// What a review goes by, and what it has told.
struct Review: Sendable {
  let request: ReviewRequest
  let index: any FaceIndex
  let rule: DecisionRule
  /// The distance from which a face is unlike the others of its identity.
  let unlike: Float
  /// Pairs that were told as duplicates, the lesser number first.
  var duplicates: Set<[IdentityID]> = []
  /// Whom an identity is kept apart from, for those that were asked about.
  var apart: [IdentityID: Set<IdentityID>] = [:]

  func isDuplicate(_ a: IdentityID, _ b: IdentityID) -> Bool { duplicates.contains([min(a, b), max(a, b)]) }
}
