internal import PostgreSQL

/// Walks a range table by table, a page of rows at a time: each page is a query of its own that begins behind the last key, so the
/// server keeps nothing between them.
final class PostgreSQLCursor: EngineCursor {
  typealias Ask = (String, [Parameter]) throws(PostgreSQLError) -> Rows

  private let ask: Ask
  private let values: Bool
  private let range: KeyRange
  /// Tables that are left, each with its part of the range; the last is the present one.
  private var left: [(table: PostgreSQLTable, part: KeyRange)] = []
  private var rows: Rows?
  private var row = 0
  private var limit: Int
  /// Whether the present page is the table's last.
  private var isLast = false

  /// Rows of the first page, so that a look at the first record costs little.
  private static let first = 16
  private static let most = 4096
  /// Bytes that a page should have at most, by the sizes of the page before.
  private static let pageBytes = 4 << 20

  init(_ range: KeyRange, values: Bool, isLong: Bool, _ ask: @escaping Ask) {
    self.ask = ask
    self.values = values
    self.range = range
    limit = isLong ? 4 * Self.first : Self.first
    left = Self.parts(range)
  }

  private static func parts(_ range: KeyRange) -> [(PostgreSQLTable, KeyRange)] {
    PostgreSQLTable.all.reversed().compactMap { table in table.part(of: range).map { (table, $0) } }
  }

  func advance() throws(StoreError) -> Bool {
    row += 1
    while true {
      if let rows, row < rows.count { return true }
      if rows != nil, isLast {
        left.removeLast()
        rows = nil
      }
      guard let (table, part) = left.last else { return false }
      try fetch(table, part)
    }
  }

  func move(to key: [UInt8]) throws(StoreError) -> Bool {
    let lower = key.lexicographicallyPrecedes(range.lower) ? range.lower : key
    left = Self.parts(KeyRange(from: lower, upTo: range.upper))
    rows = nil
    return try advance()
  }

  private func fetch(_ table: PostgreSQLTable, _ part: KeyRange) throws(StoreError) {
    var part = part
    if let rows, rows.count > 0 {
      part.lower = rows.bytes(rows.count - 1, 0) + [0]
      limit = nextLimit(rows)
    }
    let (sql, parameters) = table.within(
      values ? "SELECT key, value" : "SELECT key, ''::bytea", part, "ORDER BY key LIMIT \(limit)")
    let page = try fromPostgreSQL { () throws(PostgreSQLError) in try ask(sql, parameters) }
    left[left.count - 1].part = part
    rows = page
    row = 0
    isLast = page.count < limit
  }

  /// Limits are powers of two, so that there are few statements to prepare.
  private func nextLimit(_ rows: Rows) -> Int {
    var bytes = 0
    for row in 0..<rows.count { bytes += rows.lend(row, 0, 1) { $0.byteCount + $1.byteCount } }
    let each = max(1, bytes / rows.count)
    var next = min(Self.most, 4 * limit)
    while next > Self.first, next * each > Self.pageBytes { next /= 2 }
    return next
  }

  private var kind: UInt8 { left[left.count - 1].table.kind.rawValue }

  var key: [UInt8] { [kind] + (rows?.bytes(row, 0) ?? []) }
  var value: [UInt8] { rows?.bytes(row, 1) ?? [] }

  func lend(_ body: (RawSpan, RawSpan) throws(StoreError) -> Void) throws(StoreError) {
    guard let rows else { throw .corrupt("record", "the cursor stands at none") }
    // The key is asked for with the byte of its kind.
    let key = key
    try rows.lend(row, 0, 1) { _, value throws(StoreError) in unsafe try body(key.span.bytes, value) }
  }
}
