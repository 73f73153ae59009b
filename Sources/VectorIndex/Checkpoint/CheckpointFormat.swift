/// The layout of a checkpoint file: a header of one page, then sections, each beginning at a whole page. Everything is
/// little-endian.
///
/// The header is a row of 64-bit numbers, in the order of `Header`'s fields, then for every section its offset, its
/// length and its checksum, then the checksum of all that. A section's checksum is the XXH64 of the XXH64s of its
/// pieces of 4 MiB, so that several threads can check it.
enum CheckpointFormat {
  static let magic: UInt64 = 0x5458_4544_4e49_4356  // "VCINDEXT"
  static let version: UInt64 = 3
  static let page = 4_096
  static let piece = 4 << 20

  enum Section: Int, CaseIterable {
    /// count rows of what they have beside their 4-bit codes (`vk_fine_bytes`).
    case fine
    /// count 64-bit ids.
    case ids
    /// count rows of 4-bit codes.
    case codes
    /// ⌈count / 64⌉ words: a set bit for a row that is removed.
    case removed
    /// One float for each piece of rows: what their codes leave over.
    case errors
    /// The subspace's directions in the rows' rotation: subspace × dimension floats. Empty, like all that follow, where there are no lists.
    case directions
    /// For each group of centroids its scale, 4 bytes, and its codes.
    case groups
    /// For each list, group by group, its number, group, length and scale, 4 bytes each, and its codes.
    case centroids
    /// numberLimit 32-bit counts of rows.
    case listCounts
    /// numberLimit floats: the radius of each list.
    case radii
    /// The blocks of all lists, one after another.
    case listBlocks
    /// count pairs of 32-bit numbers of lists.
    case rowLists
    /// Whatever the index's owner keeps with it.
    case attachment
  }

  struct Header {
    var sequence: UInt64 = 0
    var dimension = 0
    var count = 0
    var removedCount = 0
    var subspace = 0
    var lists = 0
    var numberLimit = 0
    var groups = 0
    var trainedCount = 0
    var efforts = EffortTable(probes: 0)
    var sections = Array(repeating: (offset: 0, length: 0, checksum: UInt64(0)), count: Section.allCases.count)

    private var words: [UInt64] {
      let fields =
        [
          dimension, count, removedCount, subspace, lists, numberLimit, groups, trainedCount,
          // In millionths, and one more, so that 0 is none.
          efforts.reached.map { 1 + Int($0 * 1e6) } ?? 0,
        ] + efforts.efforts.flatMap { [$0.probes, $0.candidates] }
      return [CheckpointFormat.magic, CheckpointFormat.version, sequence] + fields.map { UInt64($0) }
        + sections.flatMap { [UInt64($0.offset), UInt64($0.length), $0.checksum] }
    }

    /// The header's numbers with their checksum.
    var encoded: [UInt64] { words + [Checksum.of(words)] }

    private static let fieldCount = 9 + 2 * EffortTable.depths.count
    static let wordCount = Header().encoded.count

    init() {}

    /// - Throws: `checkpointDamaged`, `checkpointForeign`.
    init(_ words: [UInt64]) throws(IndexError) {
      guard words.count == Self.wordCount, words[0] == CheckpointFormat.magic else {
        throw IndexError(.checkpointForeign, "the file is no index checkpoint: build the index anew")
      }
      guard words[1] == CheckpointFormat.version else {
        throw IndexError(.checkpointForeign, "the index checkpoint is of version \(words[1]): build the index anew")
      }
      guard Checksum.of(Array(words.dropLast())) == words.last else { throw CheckpointFormat.damaged }
      sequence = words[2]
      // What follows multiplies them: none may be larger than any index has.
      let end = 3 + Self.fieldCount
      guard words[3..<end].allSatisfy({ $0 <= UInt64(UInt32.max) }) else { throw CheckpointFormat.damaged }
      let fields = words[3..<end].map { Int(truncatingIfNeeded: $0) }
      (dimension, count, removedCount) = (fields[0], fields[1], fields[2])
      (subspace, lists, numberLimit, groups) = (fields[3], fields[4], fields[5], fields[6])
      trainedCount = fields[7]
      efforts = EffortTable(
        EffortTable.depths.indices.map { Effort(probes: fields[9 + 2 * $0], candidates: fields[10 + 2 * $0]) },
        reached: fields[8] == 0 ? nil : Double(fields[8] - 1) / 1e6)
      for s in sections.indices {
        let at = end + 3 * s
        sections[s] = (Int(truncatingIfNeeded: words[at]), Int(truncatingIfNeeded: words[at + 1]), words[at + 2])
      }
    }
  }

  static let damaged = IndexError(
    .checkpointDamaged, "the index checkpoint is damaged or cut short: build the index anew")
}
