/// Why a model file, its header or an input to its network was refused; the message says what to do.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable {
    /// The file cannot be opened, read or written.
    case unreadable
    /// The file is larger than `ModelFile.maximumBytes`, or its header than `Safetensors.maximumHeaderBytes`.
    case tooLarge
    /// The file ends before what its header promises, or goes on after it.
    case truncated
    /// The header is no safetensors header: bad JSON, bad offsets, an unknown element type.
    case damaged
    /// A well-formed safetensors file that is no model of faced, or of a later format version.
    case unsupported
    /// The tensors do not fit the network that the header describes.
    case mismatch
    /// An unknown architecture was named.
    case unknownArchitecture
    /// An image of another size than the network's input, or a network that cannot run.
    case wrongInput
    /// The model has no calibration and one was asked for.
    case notCalibrated
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong and what to do, for people.
  public let message: String

  /// An error of a kind, with a message for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
