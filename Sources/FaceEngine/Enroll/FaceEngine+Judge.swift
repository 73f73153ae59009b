internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Logging

extension FaceEngine {
  /// A part of a face's quality below which a better photograph is worth asking for.
  static let advisedQuality = 0.25
  /// The share of a person's pairs of photographs within which a face counts as like the person's others.
  static let likeShare = 0.95

  /// What speaks against an enrolment, under the model that answers searches.
  ///
  /// - Parameters:
  ///   - quality: nil for a vector.
  ///   - own: whom it is enrolled under; nil for somebody new.
  ///   - refuses: whether a finding keeps the face out, so that it must be known.
  func judge(
    _ enrolment: Enrolment, _ quality: FaceQuality?, _ own: IdentityRecord?, _ request: EnrollRequest,
    _ model: ServingModel, refuses: Bool
  ) throws(EngineError) -> [EnrolmentFinding] {
    var findings = quality.map(Self.judge) ?? []
    guard let probe = enrolment.embeddings.first(where: { $0.0 == model.id })?.1 else { return findings }
    let index = model.index(of: request.gallery)
    let toOwn = own.flatMap { index.template(of: $0.id) }?.squaredDistance(to: probe)
    do throws(EngineError) {
      if let other = try looksLike(probe, own, nearerThan: toOwn ?? 4, request, model) {
        findings.append(try describe(other, enrolment, request))
      }
    } catch  where !refuses && (error.reason == .searchUnavailable || error.reason == .searchBehind) {
      // Faces are enrolled without the question whom they look like while the search server is away.
      logger.warning("an enrolment was not compared with others", metadata: ["reason": "\(error.reason)"])
    }
    if let own, let toOwn, toOwn > model.calibration.threshold(validationRate: Self.likeShare) {
      findings.append(
        EnrolmentFinding(
          kind: .unlikeOwnFaces,
          message:
            "it is unlike the other faces of '\(own.name)' (\(Self.rounded(toOwn))); check that it shows the same person",
          distance: toOwn))
    }
    return findings
  }

  /// Another identity that a search would take the face for; of those that are not noted as somebody else.
  private func looksLike(
    _ probe: Embedding, _ own: IdentityRecord?, nearerThan toOwn: Float, _ request: EnrollRequest, _ model: ServingModel
  ) throws(EngineError) -> NearestIdentity? {
    var different: Set<IdentityID> = []
    if let own { different = try apart(request.gallery, from: own.id) }
    let answer = try model.index(of: request.gallery).search(probe, count: 2 + min(different.count, 8))
    let rule = DecisionRule(
      try searchCalibration(request.gallery, model).table, .falsePositiveRate(options.falsePositiveRate),
      answer.templates)
    return answer.identities.first {
      $0.identity != own?.id && !different.contains($0.identity) && $0.distance <= rule.threshold && $0.distance < toOwn
    }
  }

  private func describe(
    _ other: NearestIdentity, _ enrolment: Enrolment, _ request: EnrollRequest
  ) throws(EngineError) -> EnrolmentFinding {
    let (record, face) = try translating { () throws(StoreError) in
      (try store.identity(request.gallery, other.identity), try store.face(request.gallery, other.face))
    }
    let isSame = face?.digest != nil && face?.digest == enrolment.photograph && face?.box == enrolment.box
    let who = request.namesOthers ? record.map { "'\($0.name)'" } ?? "another identity" : "another identity"
    let message =
      isSame
      ? "this very photograph is enrolled as \(who)"
      : "it looks like \(who) (\(Self.rounded(other.distance))); enroll it there if it is the same person, and note the two as "
        + "different people (`facectl identity apart`) if it is not"
    return EnrolmentFinding(
      kind: isSame ? .samePhotograph : .looksLikeOther, message: message,
      identity: request.namesOthers ? record : nil, face: request.namesOthers ? other.face : nil,
      distance: other.distance)
  }

  private static func judge(_ quality: FaceQuality) -> [EnrolmentFinding] {
    let parts: [(FaceQuality.Part, EnrolmentFinding.Kind, String)] = [
      (.size, .tooSmall, "the face is small: a larger photograph, or one taken from closer, is recognised more often"),
      (.sharpness, .blurred, "the face is blurred: one that is in focus and held still is recognised more often"),
      (.brightness, .poorLight, "the face is too dark or too light: use one in even light"),
      (.pose, .turnedAway, "the face looks away: use one that looks into the camera"),
      (.confidence, .unsureFace, "the detector is not sure that it is a face: use a clearer one"),
    ]
    return parts.filter { quality[$0.0] < advisedQuality }.map { EnrolmentFinding(kind: $0.1, message: $0.2) }
  }

  private static func rounded(_ distance: Float) -> String { String((Double(distance) * 100).rounded() / 100) }
}
