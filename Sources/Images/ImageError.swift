/// Why bytes did not become a picture, or a picture bytes.
public struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, to decide on; `message` is for people.
  public enum Code: String, Hashable, Sendable {
    /// Nothing, or something that is no picture at all.
    case notAnImage
    /// A picture, but in a format that is not read here, or not without a library that is missing.
    case unsupportedFormat
    /// The file is larger than `ImageLimits.bytes`.
    case tooManyBytes
    /// The header announces more than `ImageLimits.pixels`.
    case tooManyPixels
    /// A file that is cut short or corrupt.
    case damaged
    /// The format cannot hold this picture.
    case cannotEncode
  }

  /// What kind of failure it is, for programs.
  public let code: Code
  /// What is wrong and what to do about it.
  public let message: String

  /// An error of a kind, with a message for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
