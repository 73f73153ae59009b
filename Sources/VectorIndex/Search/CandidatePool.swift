internal import CVectorKernels

/// The best `wanted` of what scans offer, by score. Scans write behind what is there, as much as is not above
/// `bound`; now and then the worst are thrown out and the bound sinks.
final class CandidatePool {
  private let scoreBuffer = ScratchBuffer<Float>()
  private let tagBuffer = ScratchBuffer<UInt32>()
  private(set) var scores: UnsafeMutablePointer<Float>
  private(set) var tags: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private(set) var wanted = 0
  /// No entry above this is among the best `wanted`.
  private(set) var bound = Float.infinity
  private var limit = 0

  /// Rows that a scan may write at most in one go.
  static let piece = 512
  /// What a kernel may write beyond the last row.
  private static let slop = 64

  init() {
    scores = scoreBuffer.pointer
    tags = tagBuffer.pointer
  }

  /// Begins anew. `room` rows can be offered in one go.
  func reset(wanted: Int, room: Int = CandidatePool.piece) {
    self.wanted = wanted
    count = 0
    bound = .infinity
    limit = wanted + max(wanted, 128)
    let capacity = limit + room + Self.slop
    scores = scoreBuffer.reserve(capacity)
    tags = tagBuffer.reserve(capacity)
  }

  var nextScore: UnsafeMutablePointer<Float> { scores + count }
  var nextTag: UnsafeMutablePointer<UInt32> { tags + count }

  /// Takes in what a scan has written.
  @inline(__always)
  func accept(_ found: Int) {
    count += found
    if count > limit { settle() }
  }

  /// Reduces to the best `wanted`.
  func settle() {
    guard count > wanted else { return }
    bound = Kernels.active.bound_for(scores, count, wanted)
    count = Self.keep(scores, tags, count, wanted: wanted, bound: bound)
  }

  /// Moves the best `wanted` of `count` scores, with their tags, to the front; of those equal to the last, the first.
  /// Returns how many there are.
  static func keepBest(
    _ scores: UnsafeMutablePointer<Float>, _ tags: UnsafeMutablePointer<UInt32>, _ count: Int, wanted: Int
  ) -> Int {
    guard count > wanted else { return count }
    return keep(scores, tags, count, wanted: wanted, bound: Kernels.active.bound_for(scores, count, wanted))
  }

  private static func keep(
    _ scores: UnsafeMutablePointer<Float>, _ tags: UnsafeMutablePointer<UInt32>, _ count: Int, wanted: Int,
    bound: Float
  ) -> Int {
    let kept = Kernels.active.keep_at_most(scores, tags, count, bound)
    guard kept > wanted else { return kept }
    // Several are equal to the bound, and not all of them have room.
    var room = wanted
    for i in 0..<kept where scores[i] < bound { room -= 1 }
    var to = 0
    for i in 0..<kept {
      if scores[i] == bound {
        guard room > 0 else { continue }
        room -= 1
      }
      scores[to] = scores[i]
      tags[to] = tags[i]
      to += 1
    }
    return to
  }

  /// Puts the entries in order, nearest first; equal ones by tag.
  func sort() {
    guard count <= Self.few else { return sortMany() }
    for i in 1..<max(1, count) {
      let score = scores[i]
      let tag = tags[i]
      var j = i
      while j > 0, scores[j - 1] > score || (scores[j - 1] == score && tags[j - 1] > tag) {
        scores[j] = scores[j - 1]
        tags[j] = tags[j - 1]
        j -= 1
      }
      scores[j] = score
      tags[j] = tag
    }
  }

  /// Up to here an insertion sort is faster.
  private static let few = 48

  /// By a key of score and tag: floats are ordered like their bits, once those of negative ones are turned round.
  private func sortMany() {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { memory in
      var keys = memory
      for i in 0..<count {
        let bits = scores[i].bitPattern
        let ordered = bits ^ (bits >> 31 == 1 ? .max : 1 << 31)
        keys[i] = UInt64(ordered) << 32 | UInt64(tags[i])
      }
      keys.sort()
      for i in 0..<count {
        let ordered = UInt32(truncatingIfNeeded: keys[i] >> 32)
        scores[i] = Float(bitPattern: ordered >> 31 == 1 ? ordered ^ 1 << 31 : ~ordered)
        tags[i] = UInt32(truncatingIfNeeded: keys[i])
      }
    }
  }

  /// The memory of the scores, for a search that needs some and has no use for the pool.
  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    reset(wanted: count)
    return scores
  }

  /// Forgets all but the first `count` entries.
  func truncate(_ count: Int) { self.count = min(self.count, count) }
}
