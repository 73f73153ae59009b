internal import CNetworkKernels

/// The process's threads for work that is cut into many short pieces.
enum Team {
  /// Calls `body` once for every item in 0 ..< items, on up to `threads` threads numbered from 0, which is the
  /// caller's; returns when all are done. While the team is at work for somebody else, all of it is done here.
  static func run(_ items: Int, threads: Int, _ body: (_ item: Int, _ thread: Int) -> Void) {
    let threads = min(threads, items)
    if threads > 1, runInTeam(items, threads, body) { return }
    for item in 0..<items { body(item, 0) }
  }

  private static func runInTeam(_ items: Int, _ threads: Int, _ body: (Int, Int) -> Void) -> Bool {
    // The team has made its last call when nk_team_run returns.
    withoutActuallyEscaping(body) { body in
      var body = body
      return withUnsafeMutablePointer(to: &body) { body in
        nk_team_run(
          threads, items,
          { body, item, thread in
            body?.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(item, thread)
          }, body) != 0
      }
    }
  }

  /// Cuts `count` numbers into pieces of 2¹⁴ or more and calls `body` for every one: for loops whose numbers do not
  /// depend on each other.
  static func inPieces(_ count: Int, _ body: (Range<Int>) -> Void) {
    let pieces = min(16, count >> 14)
    guard pieces > 1 else { return body(0..<count) }
    run(pieces, threads: BLAS.threads) { piece, _ in
      body(count * piece / pieces..<count * (piece + 1) / pieces)
    }
  }
}
