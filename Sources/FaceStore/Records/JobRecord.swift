public import FaceTypes

/// A job; given by the store and never reused.
public struct JobID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let value: UInt64
  public init(_ value: UInt64) { self.value = value }
  public static func < (a: JobID, b: JobID) -> Bool { a.value < b.value }
  public var description: String { String(value) }
}

/// The life of a reindex job. The engine moves it along; the store keeps it.
public enum JobState: UInt8, Hashable, Sendable, CaseIterable {
  case queued = 0
  /// Embedding stored crops under the new model.
  case running = 1
  /// Building the new index.
  case building = 2
  /// Comparing both models' answers.
  case comparing = 3
  case completed = 4
  case failed = 5
  case cancelled = 6

  /// Whether the job will not change any more.
  public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }
}

/// Where a walk over the faces of all galleries stands. It stays valid when faces come and go.
public struct FacePosition: Hashable, Sendable, Comparable {
  let gallery: UInt64
  let face: FaceID

  public static func < (a: FacePosition, b: FacePosition) -> Bool { (a.gallery, a.face) < (b.gallery, b.face) }
}

/// A reindex job: carrying the enrolled faces over to another model.
public struct JobRecord: Hashable, Sendable {
  public let id: JobID
  public let from: ModelID?
  public let to: ModelID
  public var state: JobState
  /// The last face dealt with; `nil` before the first.
  public var position: FacePosition?
  /// Faces embedded.
  public var done: UInt64
  /// Faces without a kept crop.
  public var skipped: UInt64
  /// Faces whose crop could not be embedded.
  public var failed: UInt64
  /// Faces there were to do when the job began.
  public var total: UInt64
  /// Milliseconds since 1970 UTC, like all times here.
  public let createdAt: Int64
  /// Set by `FaceStore.putJob`.
  public internal(set) var updatedAt: Int64
  public var startedAt: Int64?
  public var finishedAt: Int64?
  /// For people; at most `StoreLimits.messageBytes`.
  public var message: String
}

extension JobRecord {
  init(_ value: [UInt8], id: JobID) throws(StoreError) {
    var reader = try RecordReader(value, "job")
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
    failed = try reader.integer()
    total = try reader.integer()
    createdAt = try reader.integer()
    updatedAt = try reader.integer()
    startedAt = try reader.optional { reader throws(StoreError) in try reader.integer() }
    finishedAt = try reader.optional { reader throws(StoreError) in try reader.integer() }
    message = try reader.text()
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(from) { $0.put(raw: $1.bytes) }
    writer.put(raw: to.bytes)
    writer.put(state.rawValue)
    writer.put(position) {
      $0.put($1.gallery)
      $0.put($1.face.value)
    }
    for count in [done, skipped, failed, total] { writer.put(count) }
    writer.put(createdAt)
    writer.put(updatedAt)
    writer.put(startedAt) { $0.put($1) }
    writer.put(finishedAt) { $0.put($1) }
    writer.put(message)
    return writer.bytes
  }
}
