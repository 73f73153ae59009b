import FaceTypes
import Foundation

/// Why a file or folder was left out, for programs and for people.
struct Refusal: Error, Sendable {
  /// UPPER_SNAKE_CASE: a `Reason`, or one of those below, which are about files here.
  let reason: String
  let message: String

  static let notFound = Refusal(reason: "NOT_FOUND", message: "there is no such file or folder")
  static let brokenLink = Refusal(reason: "BROKEN_LINK", message: "the link leads nowhere")
  static let seenBefore = Refusal(
    reason: "SEEN_BEFORE", message: "a link leads to a folder that was visited already, so it was not visited again")
  static let notAFile = Refusal(reason: "NOT_A_FILE", message: "it is a pipe, socket or device, not a file")
  static let hidden = Refusal(
    reason: "HIDDEN", message: "its name begins with a dot; name the file itself to include it")
  static let noAnswer = Refusal(reason: "NO_ANSWER", message: "the stream ended before an answer came")
  static let notAnImage = Refusal(
    reason: Reason.notAnImage.rawValue, message: "it does not look like a picture of any known format")
  static let noPictures = Refusal(reason: "NO_PICTURES", message: "the folder has no picture in it")
  static let noIdentity = Refusal(
    reason: "NO_IDENTITY",
    message:
      "it lies outside the folders of people; move it into its person's folder, or name the person with --identity NAME"
  )
  static let nested = Refusal(
    reason: "NESTED_FOLDER",
    message: "a folder within a person's folder may show somebody else; give it with --identity NAME to take it")
  static let tooDeep = Refusal(
    reason: "TOO_DEEP", message: "folders are nested more than \(Walk.maximumDepth) deep; start in a deeper folder")
  static let nameNotUTF8 = Refusal(
    reason: "NAME_NOT_UTF8",
    message: "the folder's name is not UTF-8 and cannot name a person; rename it, or use --identity NAME")

  static func unreadable(_ what: String, _ code: Int32) -> Refusal {
    Refusal(reason: "UNREADABLE", message: "the \(what) cannot be read: \(systemMessage(code))")
  }

  static func tooLarge(_ limit: Int) -> Refusal {
    Refusal(
      reason: Reason.imageTooLarge.rawValue,
      message: "the file is larger than the \(ByteSize.text(limit)) that the daemon takes")
  }

  static func invalidName(_ message: String) -> Refusal {
    Refusal(reason: Reason.invalidName.rawValue, message: message)
  }
}

/// Sizes as people say them.
enum ByteSize {
  static func text(_ bytes: Int) -> String {
    switch bytes {
    case ..<(1 << 10): "\(bytes) bytes"
    case ..<(1 << 20): "\(bytes >> 10) KiB"
    default: "\(bytes >> 20) MiB"
    }
  }
}
