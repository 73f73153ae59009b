public import FaceTypes

/// A job; given by the store and never reused.
public struct JobID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number; from 1 up.
  public let value: UInt64
  /// Any number may be asked about; whether there is such a job, the store knows.
  public init(_ value: UInt64) { self.value = value }
  /// In the order in which the jobs began.
  public static func < (a: JobID, b: JobID) -> Bool { a.value < b.value }
  /// The number in decimal digits.
  public var description: String { String(value) }
}

/// The life of a reindex job. The engine moves it along; the store keeps it. (2 and 3 were never written.)
public enum JobState: UInt8, Hashable, Sendable, CaseIterable {
  case queued = 0
  /// Embedding stored crops under the new model.
  case running = 1
  case completed = 4
  case failed = 5
  case cancelled = 6
  /// Stands still until it is told to go on; a restart does not start it.
  case paused = 7
  /// Everything is embedded, and the two models' answers agree too little: somebody has to say whether to switch.
  case awaitingDecision = 8
  /// Taking back what it embedded.
  case cancelling = 9

  /// Whether the job will not change any more.
  public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }
}

/// Where a walk over the faces of all galleries stands. It stays valid when faces come and go.
public struct FacePosition: Hashable, Sendable, Comparable {
  let gallery: UInt64
  let face: FaceID

  /// In the order of the walk: by gallery, then by face.
  public static func < (a: FacePosition, b: FacePosition) -> Bool { (a.gallery, a.face) < (b.gallery, b.face) }
}

/// A reindex job: carrying the enrolled faces over to another model.
public struct JobRecord: Hashable, Sendable {
  /// The job's number.
  public let id: JobID
  /// The model that was active when the job began; nil where none was.
  public let from: ModelID?
  /// The model that the faces are carried over to.
  public let to: ModelID
  /// Where the job stands.
  public var state: JobState
  /// The last face dealt with; `nil` before the first.
  public var position: FacePosition?
  /// Faces embedded by the job.
  public var done: UInt64
  /// Faces that cannot be carried over: no crop was kept, or it can't be embedded.
  public var skipped: UInt64
  /// Faces of all galleries when the job began.
  public var total: UInt64
  /// When the job began: milliseconds since 1970 UTC, like all times here.
  public let createdAt: Int64
  /// Set by `FaceStore.putJob`.
  public internal(set) var updatedAt: Int64
  /// When the job ended, however it did; nil before.
  public var finishedAt: Int64?
  /// For people; at most `StoreLimits.messageBytes`.
  public var message: String
  /// Faces that had an embedding under the model when the job began.
  public var present: UInt64 = 0
  /// The model had no embedding at all when the job began, so that all there are may be dropped.
  public var startedEmpty = false
  /// Faces embedded at the same time at most; 0 means as many as there are workers.
  public var workers: UInt32 = 0
  /// The share of compared faces that must agree for the switch; nil means the engine's own, and to ask when it is less.
  public var requiredAgreement: Double?
  /// Faces that were searched under both models before the switch, and those whose nearest identity was the same.
  public var compared: UInt64 = 0
  /// Of `compared`, those whose nearest identity was the same.
  public var agreed: UInt64 = 0
  /// The models are compatible: the switch came first, and the faces follow.
  public var follows = false
  /// To stop before the switch in any case.
  public var asks = false

  /// A job in the queue, with no face dealt with.
  public init(id: JobID, from: ModelID?, to: ModelID, createdAt: Int64) {
    self.id = id
    self.from = from
    self.to = to
    self.createdAt = createdAt
    updatedAt = createdAt
    state = .queued
    (done, skipped, total, message) = (0, 0, 0, "")
  }
}

extension JobRecord {
  init(_ value: [UInt8], id: JobID) throws(StoreError) {
    var reader = try RecordReader(value, "job", versions: 1...4)
    self.id = id
    from = try reader.optional { reader throws(StoreError) in try ModelID(bytes: try reader.raw(32)) }
    to = try ModelID(bytes: try reader.raw(32))
    guard let state = JobState(rawValue: try reader.integer()) else { throw reader.damaged("its state is unknown") }
    self.state = state
    position = try reader.optional { reader throws(StoreError) in
      FacePosition(gallery: try reader.integer(), face: FaceID(try reader.integer()))
    }
    done = try reader.integer()
    skipped = try reader.integer()
    if reader.version < 4 { _ = try reader.integer() as UInt64 }  // Always 0.
    total = try reader.integer()
    createdAt = try reader.integer()
    updatedAt = try reader.integer()
    if reader.version < 4 {  // When the job started, which is when it was made.
      _ = try reader.optional { reader throws(StoreError) in try reader.integer() as Int64 }
    }
    finishedAt = try reader.optional { reader throws(StoreError) in try reader.integer() }
    message = try reader.text()
    if reader.version >= 2 {
      present = try reader.integer()
      startedEmpty = try reader.bool()
      workers = try reader.integer()
      requiredAgreement = try reader.optional { reader throws(StoreError) in try reader.double() }
      compared = try reader.integer()
      agreed = try reader.integer()
    }
    if reader.version >= 3 {
      follows = try reader.bool()
      asks = try reader.bool()
    }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter(version: 4)
    writer.put(from) { $0.put(raw: $1.bytes) }
    writer.put(raw: to.bytes)
    writer.put(state.rawValue)
    writer.put(position) {
      $0.put($1.gallery)
      $0.put($1.face.value)
    }
    for count in [done, skipped, total] { writer.put(count) }
    writer.put(createdAt)
    writer.put(updatedAt)
    writer.put(finishedAt) { $0.put($1) }
    writer.put(message)
    writer.put(present)
    writer.put(startedEmpty)
    writer.put(workers)
    writer.put(requiredAgreement) { $0.put($1) }
    writer.put(compared)
    writer.put(agreed)
    writer.put(follows)
    writer.put(asks)
    return writer.bytes
  }
}
