/// How a database is opened. The defaults suit records of a few hundred bytes to some tens of kilobytes.
public struct DatabaseOptions: Hashable, Sendable {
  /// How blocks are compressed on disk. Both kinds can be read, whatever the option says.
  public enum Compression: Hashable, Sendable {
    case none
    case snappy
  }

  /// Make the database when the directory holds none. Default true.
  public var createIfMissing = true

  /// Refuse a directory that already holds a database. Default false.
  public var errorIfExists = false

  /// Refuse to open when the log or a table is damaged, instead of dropping the damaged part silently. A log that was
  /// cut off by a crash is not damage. Default true.
  public var paranoidChecks = true

  /// Check the checksum of every block that is read. Costs about 1 ns per byte on a cache miss. Default true.
  public var verifyChecksums = true

  /// Bytes of writes gathered in memory, and in the log, before they become a table. More makes bulk loads faster and
  /// opening after a crash slower. Default 4 MiB.
  public var writeBufferBytes = 4 << 20

  /// Bytes of blocks kept in memory for reads. Default 8 MiB.
  public var blockCacheBytes = 8 << 20

  /// Bloom filter bits per key; 10 makes about 1 in 100 look-ups of an absent key read a block in vain. 0 turns the
  /// filter off. Default 10.
  public var bloomBitsPerKey = 10

  /// Tables held open. Default 500.
  public var maximumOpenFiles = 500

  /// Bytes of one table file: what one key's compaction rewrites at least. Default 2 MiB.
  public var maximumFileBytes = 2 << 20

  /// Default snappy.
  public var compression = Compression.snappy

  /// All options at their defaults.
  public init() {}
}
