/// What keeps a store's records: bytes by key, in the order of their keys. All verbs, and all that must hold between records, are
/// above it; so a store means the same whatever keeps it.
///
/// There are two: `LevelDBEngine` in a folder of this machine, and `PostgreSQLEngine` for several daemons.
protocol RecordEngine: AnyObject, Sendable {
  /// The present state: every read sees what was committed last.
  var present: any EngineReading { get }

  /// The state of one moment, for reads that must agree with each other.
  func snapshot() throws(StoreError) -> any EngineReading

  /// Begins a group of changes. What is read through it nobody else changes until it ends.
  func begin() throws(StoreError) -> any EngineTransaction

  /// Whether other processes change the same records meanwhile.
  var isShared: Bool { get }

  /// Bytes that the records take where they are kept; 0 where that cannot be told.
  func storedBytes() -> UInt64

  /// Makes deleted bytes leave. The keys are gone already for whoever reads, those of `plan.ranges` for nobody knows their number.
  ///
  /// - Parameters:
  ///   - gate: knows who reads.
  ///   - checkOpen: throws when the store is being closed.
  func erase(_ plan: ErasurePlan, _ gate: ReaderGate, checkOpen: () throws(StoreError) -> Void) throws(StoreError)
}

/// Somewhere records are read. An object belongs to one thread at a time unless it is an engine's `present`.
protocol EngineReading: AnyObject {
  /// The value of a key, or nil.
  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]?

  /// The values of several keys of one kind, in one step where each step is a way through a network.
  func values(_ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]: [UInt8]]

  /// A cursor before the first key of a range.
  ///
  /// - Parameters:
  ///   - values: whether values are asked for too; where not, `value` may be empty.
  ///   - isLong: the walk is long and not soon repeated: nothing of it is worth keeping in memory.
  func cursor(_ range: KeyRange, values: Bool, isLong: Bool) -> any EngineCursor

  /// How many keys a range has.
  func count(_ range: KeyRange) throws(StoreError) -> UInt64
}

/// A group of changes on its way.
protocol EngineTransaction: EngineReading {
  /// Writes all of it, durable when it returns, or none; nil deletes a key. It ends the transaction.
  func commit(_ changes: [[UInt8]: [UInt8]?]) throws(StoreError)

  /// Ends it without a change.
  func abandon()
}

/// Walks the keys of a range in order.
protocol EngineCursor: AnyObject {
  /// Steps to the next record: false at the end.
  func advance() throws(StoreError) -> Bool

  /// Moves to the first record whose key is `key` or greater: false where there is none.
  func move(to key: [UInt8]) throws(StoreError) -> Bool

  /// The record's key and value, copied.
  var key: [UInt8] { get }
  var value: [UInt8] { get }

  /// Lends key and value without copying them.
  func lend(_ body: (RawSpan, RawSpan) throws(StoreError) -> Void) throws(StoreError)
}

extension EngineCursor {
  /// What `body` makes of the record's key and value, which are lent to it.
  func withEntry<R>(_ body: (RawSpan, RawSpan) throws(StoreError) -> R) throws(StoreError) -> R {
    var result: R?
    try lend { key, value throws(StoreError) in result = try body(key, value) }
    guard let result else { throw .corrupt("record", "it could not be lent") }
    return result
  }
}

extension EngineReading {
  func values(_ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]: [UInt8]] {
    var values: [[UInt8]: [UInt8]] = [:]
    for key in keys { values[key] = try value(key) }
    return values
  }

  func cursor(_ range: KeyRange, values: Bool = true) -> any EngineCursor {
    cursor(range, values: values, isLong: false)
  }

  /// For walks that are not soon repeated.
  func longCursor(_ range: KeyRange, values: Bool = true) -> any EngineCursor {
    cursor(range, values: values, isLong: true)
  }
}

/// What a purge has to make go.
struct ErasurePlan {
  /// Single keys, which the deletion has taken away already.
  var keys: [[UInt8]] = []
  /// Whole ranges, some of whose records are still there.
  var ranges: [KeyRange] = []
  /// Prefixes of the photographs of deleted identities, as one key before them and one behind them.
  var photographs: [[UInt8]] = []
  /// The notes that say all this, which go last.
  var notes: [[UInt8]] = []
}

extension RecordEngine {
  /// Writes one record.
  func put(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) { try begin().commit([key: value]) }
}
