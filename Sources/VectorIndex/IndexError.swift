/// What the index refuses, and why. A refused call has changed nothing.
public struct IndexError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable {
    /// A vector or query has another number of elements than the index.
    case wrongDimension
    /// A vector or query holds NaN or an infinity.
    case notFinite
    /// The norm of a vector or query is further than `VectorIndex.normTolerance` from 1.
    case notUnit
    /// `add` with an id that the index holds, or that occurs twice in one call.
    case duplicateID
    /// A search for fewer than one match.
    case invalidCount
    /// The index holds `VectorIndex.maximumCount` vectors, removed ones not yet swept out included.
    case full
    /// A checkpoint is not there or cannot be read. Build the index anew, as for the next three.
    case checkpointUnreadable
    /// A checkpoint's bytes are not what was written.
    case checkpointDamaged
    /// A checkpoint was written by another version, or for vectors of another dimension.
    case checkpointForeign
    /// A checkpoint's sequence number is not the one asked for.
    case checkpointStale
    /// A checkpoint cannot be written; the one before it is still there.
    case checkpointUnwritable
    /// The writing of a checkpoint was called off.
    case checkpointUnwanted
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong and what to do, for people.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
