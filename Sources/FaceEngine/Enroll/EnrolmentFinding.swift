public import FaceStore
public import FaceTypes

/// Something that speaks against an enrolment.
public struct EnrolmentFinding: Hashable, Sendable {
  /// Gravest first.
  public enum Kind: CaseIterable, Comparable, Sendable {
    /// The very photograph is enrolled as somebody else already.
    case samePhotograph
    /// A search would take the face for another identity.
    case looksLikeOther
    /// It is further from the identity's other faces than faces of one person usually are.
    case unlikeOwnFaces
    case tooSmall
    case blurred
    case poorLight
    case turnedAway
    case unsureFace

    /// What an enrolment is refused with for it.
    public var reason: Reason {
      switch self {
      case .samePhotograph: .samePhotograph
      case .looksLikeOther: .looksLikeOther
      case .unlikeOwnFaces: .unlikeOwnFaces
      case .tooSmall: .tooSmall
      case .blurred: .blurred
      case .poorLight: .poorLight
      case .turnedAway: .turnedAway
      case .unsureFace: .unsureFace
      }
    }

    /// The graver is the lesser.
    public static func < (a: Kind, b: Kind) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// What it is, for programs.
  public let kind: Kind
  /// For people; says what to do.
  public let message: String
  /// Whom it looks like; nil for other findings, and where the request may not be told.
  public var identity: IdentityRecord?
  /// That identity's nearest face.
  public var face: FaceID?
  /// Squared L2 to the template that the finding is about; nil for findings of quality.
  public var distance: Float?
}

extension EngineError {
  /// The refusal of an enrolment; nil where nothing speaks against it.
  init?(refusing findings: [EnrolmentFinding]) {
    guard let first = findings.first else { return nil }
    let others = findings.dropFirst().map(\.message)
    self.init(
      .failedPrecondition, first.kind.reason,
      ([first.message] + others).joined(separator: "; ")
        + ". The gallery refuses such enrolments; `--force` (`force`) enrolls this one anyway")
  }
}
