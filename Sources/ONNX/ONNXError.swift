/// Why an ONNX file was refused; the message names the node and says what to do.
public struct ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file, or something in it, is larger than `ONNXModel.Limit` allows.
    case tooLarge
    /// The bytes are no ONNX file, or end in the middle of one.
    case damaged
    /// The file is sound and asks for something that this importer does not do: an operator, an attribute, a type.
    case unsupported
    /// Nodes, shapes and values do not fit each other.
    case mismatch
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong, where in the file, and what to do; for people.
  public let message: String

  /// An error of a kind, with a message for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
