/// Where a store is.
public enum StoreLocation: Hashable, Sendable, CustomStringConvertible {
  /// A data folder, whose folder `store` holds the records and `models` the models' files.
  case levelDB(String)
  /// An address as libpq takes it.
  case postgreSQL(String)

  /// - Parameter text: `leveldb:DIR` or `postgres://USER@HOST:PORT/DB`.
  /// - Throws: `invalidArgument` for anything else.
  public init(_ text: String) throws(StoreError) {
    if text.hasPrefix("leveldb:"), text.utf8.count > 8 {
      self = .levelDB(String(text.dropFirst(8)))
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgreSQL(text)
    } else {
      throw StoreError(
        .invalidArgument, "a store is leveldb:DIR or postgres://USER@HOST:PORT/DB; this is neither")
    }
  }

  /// Without a password, and without options, which may hold one.
  public var description: String {
    switch self {
    case .levelDB(let path): return "leveldb:\(path)"
    case .postgreSQL(let address):
      let rest = address.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "?" }
      let place = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      guard place.count == 2 else { return "postgres://\(rest)" }
      return "postgres://\(place[0].prefix { $0 != ":" })@\(place[1])"
    }
  }
}
