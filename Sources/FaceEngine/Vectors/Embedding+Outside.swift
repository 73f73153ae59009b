internal import Crypto
internal import FaceStore
public import FaceTypes

/// A vector that a client made, and with which model.
///
/// Its text form leaves the numbers out: they are biometric data and must not reach a log line.
public struct OutsideVector: Sendable, CustomStringConvertible, CustomReflectable {
  /// The components as they came; whether they are a unit vector of the right length is checked when they are used.
  public let values: [Float]
  /// The model that the client made them with.
  public let model: ModelID

  /// A vector of a model; nothing is checked here.
  public init(_ values: [Float], of model: ModelID) {
    self.values = values
    self.model = model
  }

  /// Only the number of components.
  public var description: String { "OutsideVector(\(values.count)-d)" }
  /// Empty, so that a dump of the value shows no biometric data.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Embedding {
  /// A vector that came from outside and is kept, bit by bit.
  ///
  /// - Throws: `INVALID_VECTOR` unless it has the model's size, is finite and has a squared length within 0.001 of 1.
  init(kept values: [Float], dimension: Int) throws(EngineError) {
    guard values.count == dimension else {
      throw EngineError(
        .invalidArgument, .invalidVector, "a vector has \(values.count) components; this model's have \(dimension)")
    }
    let squared = values.reduce(0) { $0 + $1 * $1 }
    guard squared.isFinite, abs(squared - 1) <= StoreLimits.normTolerance else {
      throw EngineError(
        .invalidArgument, .invalidVector,
        "a vector is not of length 1; divide its components by its length; vectors are not scaled here")
    }
    self.init(unit: values)
  }

  /// What a vector without a photograph is known by: the SHA-256 of its components, little-endian.
  static func digest(of values: [Float]) -> [UInt8] {
    var hash = SHA256()
    for value in values {
      unsafe withUnsafeBytes(of: value.bitPattern.littleEndian) { unsafe hash.update(bufferPointer: $0) }
    }
    return Array(hash.finalize())
  }

  /// A vector that came from outside.
  ///
  /// - Throws: `INVALID_VECTOR` unless it has the model's size, is finite and has the length 1 within 0.001; it is then
  ///   scaled to exactly that.
  init(from values: [Float], dimension: Int) throws(EngineError) {
    guard values.count == dimension else {
      throw EngineError(
        .invalidArgument, .invalidVector, "a vector has \(values.count) components; this model's have \(dimension)")
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length.isFinite, abs(length - 1) <= 1e-3 else {
      throw EngineError(
        .invalidArgument, .invalidVector, "a vector is not of length 1; send vectors as `facectl embed` prints them")
    }
    self.init(unit: values.map { $0 / length })
  }
}
