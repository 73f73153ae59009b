/// A vector found, and how far it is.
public struct Match: Hashable, Sendable {
  /// The id that the vector was added under.
  public let id: UInt64
  /// Squared L2 distance between the query and the vector as it is kept (`VectorIndex.rounding`), 0…4 for unit vectors.
  public let squaredDistance: Float

  /// A match as a search would return it, for results that are put together elsewhere.
  public init(id: UInt64, squaredDistance: Float) {
    self.id = id
    self.squaredDistance = squaredDistance
  }
}

/// How a search came to its matches.
public enum SearchMode: Hashable, Sendable {
  /// Every vector was compared: the matches are the nearest there are, as vectors are kept (`VectorIndex.rounding`).
  case exact
  /// Only the nearest lists were looked at: a nearer vector may have been missed. The distances are those of an exact search.
  case approximate(listsProbed: Int, candidatesScanned: Int, reranked: Int)
}

/// The answer to one search.
public struct SearchResult: Hashable, Sendable {
  /// Nearest first; vectors at the same distance in the order of their ids. Fewer than asked for only when the index
  /// (or what the filter leaves of it) holds no more.
  public let matches: [Match]
  /// How the search was made: exactly, or in lists.
  public let mode: SearchMode
  /// Whether the first match is proven to be the nearest of all (that the filter lets through): always in an exact
  /// search, and in an approximate one when no list that was not probed can hold a nearer vector. It is proven of vectors as
  /// they are kept; of the vectors as they were added none is nearer by more than twice `VectorIndex.rounding`.
  public let isCertified: Bool
}

/// Which vectors a search may return. The filter acts inside the scan: it does not thin out a finished answer.
public enum SearchFilter: Hashable, Sendable {
  case only(Set<UInt64>)
  case excluding(Set<UInt64>)
}

/// What an index holds and how it searches, at one moment.
public struct IndexStatistics: Hashable, Sendable {
  /// Vectors that a search can return.
  public let count: Int
  /// Removed vectors whose memory has not been used again or given back yet.
  public let removed: Int
  /// Inverted lists; 0 while searches are exact.
  public let lists: Int
  /// Vectors in the longest list; most vectors are in two.
  public let longestList: Int
  /// Lists probed in a search for up to 10 matches; 0 while searches are exact.
  public let probesForTen: Int
  /// Lists probed in a search for 11 to 40 matches; 0 while searches are exact.
  public let probesForForty: Int
  /// Lists probed in a search for 41 to 100 matches; 0 while searches are exact. Above 100, searches are exact.
  public let probesForHundred: Int
  /// Bytes of vectors, codes, ids, lists and centroids in memory.
  public let bytes: Int
  /// Times that lists were trained and swapped in.
  public let trainings: Int
  /// Seconds that the last training took.
  public let trainingSeconds: Double
  /// Lists that had grown long and were split.
  public let splits: Int
  /// Level of the distance kernels: plain, avx2, avx512 or neon.
  public let kernels: String
}
