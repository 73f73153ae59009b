/// Changes on their way to the database: what a group of requests wants, each checked against the committed records
/// *and* the changes of those before it.
///
/// A request that fails takes back its own changes alone, so the others of its group are not harmed.
struct Transaction: RecordSource {
  let view: View
  private let target: any EngineTransaction
  /// In a shared store, who writes: the feed then tells the others.
  private let writer: UInt64?
  /// The number of the feed's entry about it, once it is committed.
  var feedNumber: UInt64?
  var hash: SipHash { view.hash }
  var sealing: Sealing? { view.sealing }

  /// What each key is to become; a nil value deletes it.
  private var pending: [[UInt8]: [UInt8]?] = [:]
  var pendingChanges: [[UInt8]: [UInt8]?] { pending }
  /// How to undo the current request: each key it touched, with what was pending for it.
  private var undo: [(key: [UInt8], was: [UInt8]??)] = []

  init(_ target: any EngineTransaction, hash: SipHash, sealing: Sealing?, writer: UInt64? = nil) {
    self.target = target
    self.writer = writer
    view = View(records: target, hash: hash, sealing: sealing)
  }

  var isEmpty: Bool { pending.isEmpty }

  func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
    if let change = pending[key] { return change }
    return try view.value(key)
  }

  mutating func put(_ key: [UInt8], _ value: [UInt8]) { set(key, .some(value)) }
  mutating func delete(_ key: [UInt8]) { set(key, .none) }

  private mutating func set(_ key: [UInt8], _ value: [UInt8]?) {
    undo.append((key, pending.updateValue(value, forKey: key)))
  }

  /// Takes a number from `counter`. It is spent once the group is committed.
  mutating func take(_ counter: Counter) throws(StoreError) -> UInt64 {
    let number = try next(counter)
    guard number < .max else { throw .corrupt("counter", "it has run out") }
    var writer = RecordWriter()
    writer.put(number + 1)
    put(Key.counter(counter), writer.bytes)
    return number
  }

  /// Runs one request: all of its changes, or none when it throws.
  mutating func request<R>(
    _ body: (inout Transaction) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    undo.removeAll(keepingCapacity: true)
    do throws(StoreError) {
      return try body(&self)
    } catch {
      for change in undo.reversed() { pending[change.key] = change.was }
      throw error
    }
  }

  /// Whether what is pending changes which faces there are, whose they are, or what is known of them: whoever takes a
  /// face away writes its gallery's counts anew.
  var changesEmbeddings: Bool {
    pending.contains { key, value in
      key.first == KeyKind.gallery.rawValue || key.first == KeyKind.face.rawValue
        || (key.first == KeyKind.embedding.rawValue && value != nil)
    }
  }

  /// Writes everything pending in one synced batch.
  mutating func commit() throws(StoreError) {
    if let writer { try noteInFeed(writer) } else if changesEmbeddings { _ = try take(.change) }
    try target.commit(pending)
  }
}
