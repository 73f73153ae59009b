internal import LevelDB

/// What the store refused or could not do. Tests match `code`; people read `message`, which says what to do.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for programs.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The gallery, identity, face, model or job does not exist.
    case notFound
    /// The name, or the request id with other contents, is taken.
    case alreadyExists
    /// A value breaks its documented limit.
    case invalidArgument
    /// The store's state does not allow it (such as deleting the active model).
    case failedPrecondition
    /// The enrolment lacks an embedding under the model that is active now: embed again and retry.
    case modelChanged
    /// The photograph was enrolled under this identity and deleted since.
    case deletedSince
    /// More changes are waiting than `StoreOptions.maximumPendingBytes` allows: retry later.
    case overloaded
    /// Another faced has the directory open.
    case locked
    /// Bytes on disk are not what was written.
    case corruption
    /// The operating system failed a read or write. After a failed write all writes are refused until the store has
    /// opened its database anew, which it tries by itself; reads go on.
    case io
    /// The database server cannot be reached or does not answer. A change that was answered so may be there all the same.
    case unavailable
    /// The directory was written by a newer faced.
    case schemaTooNew
    /// `close()` was called.
    case closed
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

  static func corrupt(_ what: String, _ detail: String) -> StoreError {
    StoreError(.corruption, "the stored \(what) is damaged: \(detail); restore the data directory from a backup")
  }

  init(_ error: LevelDBError) {
    switch error.code {
    case .locked: self.init(.locked, "another faced is using this data directory: \(error.message)")
    case .corruption:
      self.init(.corruption, "\(error.message); restore the data directory from a backup")
    case .notFound: self.init(.corruption, "a file of the store is missing: \(error.message); restore it from a backup")
    case .io: self.init(.io, "\(error.message); check that the disk has space; writes are retried automatically")
    case .invalidArgument: self.init(.invalidArgument, error.message)
    }
  }
}

/// Runs `body` with LevelDB's errors turned into the store's.
func mapped<R>(_ body: () throws(LevelDBError) -> R) throws(StoreError) -> R {
  do {
    return try body()
  } catch {
    throw StoreError(error)
  }
}
