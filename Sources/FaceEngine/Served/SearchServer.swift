public import FaceTypes

/// A server of vectors, in which a daemon keeps its faces in place of its own memory. It may lose them: the store is the truth, and
/// what the server lacks is put there again. It knows nothing of names.
public protocol SearchServer: Sendable {
  /// Where it is, without secrets.
  var place: String { get }

  /// Makes room for a model's faces where there is none, and sees to it that they can be searched.
  func make(_ model: ModelID, dimension: Int) async throws(SearchServerError)
  /// - Throws: `missing` where there is no room for the model, `away`.
  func check(_ model: ModelID) async throws(SearchServerError)
  /// Notes for others which model answers now.
  func answer(with model: ModelID) async throws(SearchServerError)
  /// Drops the faces of all models but some.
  func keepOnly(_ models: Set<ModelID>) async throws(SearchServerError)

  /// Writes faces; one that is there is replaced.
  func put(_ rows: [SearchRow], in gallery: GalleryID, under model: ModelID) async throws(SearchServerError)
  /// Deletes faces, whichever of them are there.
  func delete(_ faces: [FaceID], under model: ModelID) async throws(SearchServerError)
  /// Deletes a gallery's faces up to a number.
  func delete(_ gallery: GalleryID, upTo face: FaceID, under model: ModelID) async throws(SearchServerError)
  /// Deletes the faces of every gallery but some.
  func keepOnly(_ galleries: [GalleryID], under model: ModelID) async throws(SearchServerError)

  /// Which of some faces are there, as of now.
  func marks(of faces: [FaceID], under model: ModelID) async throws(SearchServerError) -> [FaceID: SearchMark]
  /// A gallery's faces within a range of numbers, as of now; `limit` of them where there are more.
  func marks(
    of gallery: GalleryID, in faces: ClosedRange<FaceID>, under model: ModelID, limit: Int
  ) async throws(SearchServerError) -> [FaceID: SearchMark]
  /// How many faces of a gallery there are, as of now.
  func count(_ gallery: GalleryID, under model: ModelID) async throws(SearchServerError) -> Int

  /// The nearest faces, nearest first. It may return too few.
  func search(_ question: SearchQuestion) async throws(SearchServerError) -> [SearchHit]

  /// Has what was deleted dropped from the server's disk; it returns when that is done.
  ///
  /// - Throws: `unsupported` where the server cannot say.
  func compact(_ model: ModelID) async throws(SearchServerError)
}

/// What a server has of a face, but for its vector.
public struct SearchMark: Hashable, Sendable {
  /// Whose it is.
  public let identity: IdentityID
  /// Tells the vector from others.
  public let digest: Int64

  /// A mark as the server gave it.
  public init(identity: IdentityID, digest: Int64) {
    self.identity = identity
    self.digest = digest
  }

  /// The mark of a face as the store has it: FNV-1a over the vector's bytes.
  init(_ identity: IdentityID, _ embedding: Embedding) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in embedding.values {
      hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3
    }
    self.init(identity: identity, digest: Int64(bitPattern: hash))
  }
}

/// A face with its vector, to be written.
public struct SearchRow: Sendable {
  /// The face, one row each.
  public let face: FaceID
  /// Whose it is, and which vector.
  public let mark: SearchMark
  /// Of length 1.
  public let embedding: Embedding
}

/// A face that was found.
public struct SearchHit: Hashable, Sendable {
  /// The face.
  public let face: FaceID
  /// Squared L2 from the probe to it, in [0, 4].
  public let distance: Float

  /// A hit as the server gave it.
  public init(face: FaceID, distance: Float) {
    self.face = face
    self.distance = distance
  }
}

/// One search.
public struct SearchQuestion: Sendable {
  /// The faces that may be found.
  public enum Filter: Hashable, Sendable {
    case all
    case of([IdentityID])
    case notOf([IdentityID])
  }

  /// What is searched for.
  public let probe: Embedding
  /// Faces wanted.
  public let count: Int
  /// Where.
  public let gallery: GalleryID
  /// Under which model.
  public let model: ModelID
  /// Whose faces may be found.
  public let filter: Filter
  /// A face that may not be found.
  public let excluded: FaceID?
  /// Whether to look everywhere, however long it takes: an ordinary search has returned too few.
  public let isWide: Bool
}

/// Why a search server did not do what it was asked.
public struct SearchServerError: Error, Hashable, Sendable {
  /// What kind of failure it is.
  public enum Code: Hashable, Sendable {
    /// It cannot be reached, or takes too long.
    case away
    /// It has nothing of the model, and `make` would help.
    case missing
    /// It cannot do this at all.
    case unsupported
    /// Anything else.
    case failed
    /// It is the store that could not be read, and not the server.
    case storeFailed
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong, for people.
  public let message: String

  /// An error with its message.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
