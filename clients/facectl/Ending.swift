import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

/// How a command ends. `facectl help` and README have this table too.
enum Ending: Int32 {
  /// Everything was done.
  case done = 0
  /// A call failed, or an answer could not be written.
  case failed = 1
  /// Some files were left out or refused; each was named with its reason.
  case someRefused = 3
  /// The claim of a verification was not confirmed, or an audit log is not in order.
  case notVerified = 4
  /// `doctor` found a problem.
  case unwell = 5
  /// The command line is wrong.
  case usage = 64
  /// Whoever read standard output has gone, as if SIGPIPE had ended the program.
  case readerGone = 141

  var code: ExitCode { ExitCode(rawValue) }

  /// Ends the process at once: calls that are under way have nobody to answer to.
  static func exit(_ ending: Ending) -> Never { _exit(ending.rawValue) }
}

/// What ends a command early: a message for people, a reason for programs.
struct CommandFailure: Error, Encodable {
  /// As `google.rpc.Code` calls it, in lower camel case.
  var code: String
  /// UPPER_SNAKE_CASE.
  var reason: String
  /// The first line says what is wrong, further ones what to do.
  var message: String
  var ending = Ending.failed

  private enum CodingKeys: String, CodingKey { case code, reason, message }

  static func usage(_ message: String) -> CommandFailure {
    CommandFailure(code: "invalidArgument", reason: "USAGE", message: message, ending: .usage)
  }

  /// A file that a command cannot do without.
  static func file(_ path: String, _ refusal: Refusal) -> CommandFailure {
    CommandFailure(
      code: "invalidArgument", reason: refusal.reason, message: "\(path): \(refusal.message)", ending: .someRefused)
  }

  init(code: String, reason: String, message: String, ending: Ending = .failed) {
    (self.code, self.reason, self.message, self.ending) = (code, reason, message, ending)
  }

  /// What a call threw.
  init(_ failure: Failure, address: String, timeout: Double) {
    self.init(code: "\(failure.code)", reason: failure.reason, message: failure.message)
    if failure.code == .unavailable, reason.isEmpty {
      reason = "NO_DAEMON"
      message = """
        no daemon answers at \(address).
        Start one with `faced`, or give its address with --address HOST:PORT or FACED_ADDRESS.
        (\(failure.message))
        """
    } else if failure.code == .deadlineExceeded, reason.isEmpty {
      reason = "NO_ANSWER"
      message = """
        the daemon at \(address) did not answer within \(String(format: "%g", timeout)) s.
        Check whether it is stopped or overloaded, or wait longer with --timeout SECONDS.
        """
    }
    if failure.isAboutTheRequest { ending = .usage }
  }

  func print(json: Bool) {
    if json { Terminal.printJSON(["error": self]) } else { Terminal.error(message) }
  }
}

extension Failure {
  /// An option or a name was refused, whatever photograph came with it.
  var isAboutTheRequest: Bool {
    code == .invalidArgument && (known == .invalidArgument || known == .invalidName)
  }

  /// One face was refused for what is enrolled, or was; another one may be taken.
  var isAboutOneFace: Bool {
    [.faceDeletedSince, .samePhotograph, .looksLikeOther, .unlikeOwnFaces].contains(known)
  }

  /// One photograph was refused; another one may be taken.
  var isAboutThePhotograph: Bool {
    switch code {
    case .invalidArgument: !isAboutTheRequest && !reason.isEmpty
    // Larger than a message may be.
    case .resourceExhausted: known != .busy
    default: false
    }
  }
}
