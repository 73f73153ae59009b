/// How an index trades memory, time and recall. The defaults suit face galleries of any size.
public struct IndexOptions: Hashable, Sendable {
  /// How many lists are probed, of those nearest to the query.
  public enum Probes: Hashable, Sendable {
    /// As many as hold this share (0…1) of the true nearest neighbours of queries as they are asked: measured after each
    /// training and when much has changed, for the 10, the 40 and the 100 nearest, and watched while searches go on
    /// (`VectorIndex.recall`). Where lists would save nothing, every vector is compared.
    case automatic(recall: Double)
    /// Always this many; a number above the number of lists means all of them.
    case fixed(Int)
  }

  /// Below this many vectors every search is an exact scan; from it on, inverted lists are trained in the
  /// background and used as soon as they are ready. `Int.max` keeps the index exact for ever. An exact search among
  /// 20,000 vectors of 128 dimensions takes some 0.1 ms.
  public var exactBelow: Int
  /// Number of inverted lists; nil: chosen from the number of vectors. More lists mean fewer vectors scanned at the
  /// same recall, and a longer search for the lists themselves.
  public var lists: Int?
  /// How many lists a search looks into: a fixed number, or as many as a recall needs on the vectors at hand.
  public var probes: Probes
  /// How many entries of lists, the best by their 1-bit codes, are looked at more closely; nil:
  /// calibrated together with the number of probes, or 16·k + 128 where that is fixed.
  public var rerank: Int?
  /// Between two searches that are answered exactly as well, in the background, to see what searches find; more where an
  /// exact answer takes long. Only with an automatic number of probes.
  public var watchInterval = Duration.milliseconds(250)
  /// Seed of every random choice in training: the same vectors added in the same order, trained with the same
  /// seed, give the same lists.
  public var seed: UInt64
  /// Threads, 1 to 256, that build the index: a training, or an `add` of many. The lists do not depend on it.
  public var threads: Int
  /// Whether a search in lists tries to prove that its first match is the nearest of all (`SearchResult.isCertified`). Among
  /// vectors that lie far apart it takes nearly as long as the search.
  public var certifies: Bool

  /// The defaults search exactly below 20,000 vectors and calibrate to a recall of 0.99 above that, on one thread.
  public init(
    exactBelow: Int = 20_000, lists: Int? = nil, probes: Probes = .automatic(recall: 0.99), rerank: Int? = nil,
    seed: UInt64 = 1, threads: Int = 1, certifies: Bool = true
  ) {
    self.exactBelow = exactBelow
    self.lists = lists
    self.probes = probes
    self.rerank = rerank
    self.seed = seed
    self.threads = threads
    self.certifies = certifies
  }

  /// The number of lists for `count` vectors: one for 64 of them up to a million, then with the square root; never
  /// more than a sixteenth, so that no list is nearly empty.
  func listCount(for count: Int) -> Int {
    let most = 16_384.0
    let wanted = lists ?? Int(min(Double(count) / 64, most * (Double(count) / (64 * most)).squareRoot()))
    return max(1, min(wanted, count / 16))
  }
}
