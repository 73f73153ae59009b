internal import CPostgreSQL

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A connection to a PostgreSQL server, or to one that speaks its protocol. Methods block until the server has answered, and no
/// longer than they may.
///
/// `@unchecked Sendable`: it belongs to one thread at a time, which is whoever has it from the pool.
public final class Connection: @unchecked Sendable {
  private let handle: OpaquePointer
  private var prepared: [String: String] = [:]
  /// Nothing of it can be used any more: an answer did not come, and would now be taken for that of the next question.
  private var isBroken = false
  private let timeout: Duration

  /// - Parameters:
  ///   - address: as libpq takes it: `postgres://USER@HOST:PORT/DATABASE`, with options after a `?`.
  ///   - timeout: for one statement.
  /// - Throws: `unavailable`, `denied`, `undefined` for a database that is not there.
  public init(_ address: String, timeout: Duration = .seconds(10)) throws(PostgreSQLError) {
    self.timeout = timeout
    let seconds = max(2, timeout.components.seconds)
    let settings: [(String, String)] = [
      ("dbname", address), ("connect_timeout", "\(min(seconds, 5))"), ("keepalives_idle", "5"),
      ("keepalives_interval", "2"), ("keepalives_count", "3"), ("tcp_user_timeout", "\(seconds * 1000)"),
      ("fallback_application_name", "faced"), ("client_encoding", "UTF8"),
    ]
    let opened = Self.withPointers(settings.map(\.0)) { keys in
      Self.withPointers(settings.map(\.1)) { PQconnectdbParams(keys, $0, 1) }
    }
    guard let opened else { throw PostgreSQLError(.unavailable, "there is no memory for a connection") }
    handle = opened
    guard PQstatus(opened) == CONNECTION_OK else {
      throw Self.failure(opened)
    }
    // The default writes the server's notices to standard error.
    PQsetNoticeProcessor(opened, { _, _ in }, nil)
    guard PQsetnonblocking(opened, 1) == 0 else { throw Self.failure(opened) }
  }

  deinit { PQfinish(handle) }

  private static func failure(_ handle: OpaquePointer) -> PostgreSQLError {
    let message = PostgreSQLError.firstLine(String(cString: PQerrorMessage(handle)))
    // Before there is a connection libpq gives no code, only the server's sentence.
    for sign in ["password", "no pg_hba.conf", "authentication failed", "role \""] where message.contains(sign) {
      return PostgreSQLError(.denied, message)
    }
    if message.contains("database \""), message.contains("does not exist") {
      return PostgreSQLError(.undefined, message)
    }
    return PostgreSQLError(.unavailable, message)
  }

  private static func withPointers<R>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
  }

  /// Whether it may be used for another statement.
  public var isUsable: Bool { !isBroken && PQstatus(handle) == CONNECTION_OK }

  /// Whether the server has not closed it meanwhile, as far as that has arrived.
  public func checkIdle() -> Bool {
    guard isUsable else { return false }
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    if poll(&descriptor, 1, 0) > 0 { _ = PQconsumeInput(handle) }
    return isUsable
  }

  /// Runs one statement, which the server keeps prepared for the next time.
  ///
  /// - Parameter timeout: instead of the connection's.
  @discardableResult
  public func run(
    _ sql: String, _ parameters: [Parameter] = [], timeout: Duration? = nil
  ) throws(PostgreSQLError) -> Rows {
    let deadline = ContinuousClock.now + (timeout ?? self.timeout)
    let name = if let known = prepared[sql] { known } else { try prepare(sql, parameters.map(\.type), deadline) }
    let values = parameters.map(\.encoded)
    let lengths = values.map { Int32($0.count) }
    let formats = [Int32](repeating: 1, count: values.count)
    let sent = Self.withBuffers(values) { pointers in
      PQsendQueryPrepared(handle, name, Int32(values.count), pointers, lengths, formats, 1)
    }
    return try answer(sent, deadline)
  }

  /// Runs a statement without parameters, such as BEGIN.
  @discardableResult
  public func simple(_ sql: String, timeout: Duration? = nil) throws(PostgreSQLError) -> Rows {
    try answer(PQsendQuery(handle, sql), ContinuousClock.now + (timeout ?? self.timeout))
  }

  private func prepare(
    _ sql: String, _ types: [UInt32], _ deadline: ContinuousClock.Instant
  ) throws(PostgreSQLError) -> String {
    let name = "s\(prepared.count)"
    _ = try answer(PQsendPrepare(handle, name, sql, Int32(types.count), types), deadline)
    prepared[sql] = name
    return name
  }

  private static func withBuffers<R>(
    _ values: [[UInt8]], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    // One buffer for all: their addresses hold as long as it does.
    var starts: [Int] = []
    var all: [UInt8] = []
    all.reserveCapacity(values.reduce(1) { $0 + $1.count })
    for value in values {
      starts.append(all.count)
      all += value
    }
    // A parameter of no bytes has an address too: none would mean NULL.
    all.append(0)
    return all.withUnsafeBytes { bytes in
      let base = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      return (starts.map { Optional(base + $0) } + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
  }

  /// Sends what is buffered and reads the answer to its end; the last result, or the first error.
  private func answer(_ sent: Int32, _ deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> Rows {
    guard sent == 1 else { throw broken(Self.failure(handle)) }
    var flushed = PQflush(handle)
    while flushed == 1 {
      try wait(Int16(POLLIN) | Int16(POLLOUT), deadline)
      guard PQconsumeInput(handle) == 1 else { throw broken(Self.failure(handle)) }
      flushed = PQflush(handle)
    }
    guard flushed == 0 else { throw broken(Self.failure(handle)) }
    var rows: Rows?
    var error: PostgreSQLError?
    while true {
      while PQisBusy(handle) == 1 {
        try wait(Int16(POLLIN), deadline)
        guard PQconsumeInput(handle) == 1 else { throw broken(Self.failure(handle)) }
      }
      guard let result = PQgetResult(handle) else { break }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK: rows = Rows(result)
      default:
        error = error ?? Self.error(result)
        PQclear(result)
      }
    }
    if PQstatus(handle) != CONNECTION_OK {
      throw broken(PostgreSQLError(.unavailable, error?.message ?? "the server closed the connection"))
    }
    if let error { throw error }
    guard let rows else { throw broken(Self.failure(handle)) }
    return rows
  }

  private static func error(_ result: OpaquePointer) -> PostgreSQLError {
    func field(_ name: Character) -> String {
      PQresultErrorField(result, Int32(name.asciiValue ?? 0)).map { String(cString: $0) } ?? ""
    }
    // 'C' is the code, 'M' the sentence; the detail is left out, for it may hold values.
    let message = field("M")
    let state = field("C")
    guard !state.isEmpty else {
      return PostgreSQLError(
        .unavailable,
        PostgreSQLError.firstLine(message.isEmpty ? String(cString: PQresultErrorMessage(result)) : message))
    }
    return PostgreSQLError(state: state, message: message)
  }

  private func broken(_ error: PostgreSQLError) -> PostgreSQLError {
    isBroken = true
    return error
  }

  private func wait(_ events: Int16, _ deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
    while true {
      let left = deadline - .now
      guard left > .zero else {
        throw broken(PostgreSQLError(.timeout, "the server did not answer in time"))
      }
      var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
      let found = poll(&descriptor, 1, Self.milliseconds(left))
      if found > 0 { return }
      if found < 0, errno != EINTR { throw broken(PostgreSQLError(.unavailable, String(cString: strerror(errno)))) }
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int32 {
    Int32(clamping: duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000 + 1)
  }

  /// Waits for a NOTIFY on a channel that it listens to.
  ///
  /// - Returns: whether one came in time.
  public func awaitNotification(_ time: Duration) throws(PostgreSQLError) -> Bool {
    let deadline = ContinuousClock.now + time
    while true {
      guard PQconsumeInput(handle) == 1 else { throw broken(Self.failure(handle)) }
      var found = false
      while let notice = PQnotifies(handle) {
        PQfreemem(notice)
        found = true
      }
      if found { return true }
      let left = deadline - .now
      guard left > .zero else { return false }
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, Self.milliseconds(left))
    }
  }
}
