import ArgumentParser
import FaceAPI

/// A gallery's policy for enrolments, as it is typed and printed.
enum PolicyOption: String, ExpressibleByArgument, CaseIterable, Sendable {
  case allow, warn, refuse

  /// Nil for one that this program does not know.
  init?(_ message: Faced_V1_EnrolmentPolicy) {
    switch message {
    case .allow: self = .allow
    case .warn: self = .warn
    case .refuse: self = .refuse
    default: return nil
    }
  }

  var message: Faced_V1_EnrolmentPolicy {
    switch self {
    case .allow: .allow
    case .warn: .warn
    case .refuse: .refuse
    }
  }
}
