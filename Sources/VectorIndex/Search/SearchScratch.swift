/// Memory that a search works in, kept from search to search.
///
/// `@unchecked Sendable`: `Readers` hands a set to one search at a time.
final class SearchScratch: @unchecked Sendable {
  /// The query in random rotation, and in the subspace of the centroids.
  let rotated = ScratchBuffer<Float>()
  let projected = ScratchBuffer<Float>()
  /// The query in 8-bit codes, against centroids and against 4-bit codes.
  let coarseCodes = ScratchBuffer<Int8>()
  let fineCodes = ScratchBuffer<Int8>()
  let tables = ScratchBuffer<UInt8>()
  let groups = CandidatePool()
  let lists = CandidatePool()
  let candidates = CandidatePool()
  let fine = ScratchBuffer<UnsafePointer<UInt8>>()
  let codes = ScratchBuffer<UnsafePointer<UInt8>>()
  let distances = ScratchBuffer<Float>()
  let positions = ScratchBuffer<UInt32>()
  let seen = ScratchBuffer<UInt32>()
}
