internal import CVectorKernels
internal import Synchronization

package enum Checksum {
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    vk_checksum(bytes.baseAddress ?? Self.nothing, bytes.count)
  }

  package static func of(_ words: [UInt64]) -> UInt64 { words.withUnsafeBytes { of($0) } }

  private static var nothing: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 64)! }
}

extension VectorIndex {
  /// All that the index holds at this moment, to be written to a file.
  ///
  /// Adds and removes wait while the lists are copied, some hundredths of a second for a million vectors; after that
  /// they and searches go on, and do not show in the checkpoint.
  ///
  /// - Parameters:
  ///   - sequence: stands for the state of what the index is derived from; without it the file is not read again.
  ///   - attachment: bytes to keep with the index.
  public func checkpoint(sequence: UInt64, attachment: [UInt8] = []) -> IndexCheckpoint {
    // Rows that are live now are not used for others while this pass is held.
    let pass = readers.enter()
    let snapshot = writer.withLock { _ in
      CheckpointSnapshot(currentView, sequence: sequence, attachment: attachment)
    }
    return IndexCheckpoint(snapshot, readers, pass)
  }
}

/// What an index held at one moment. While it is there, memory of vectors removed since is not used again.
public final class IndexCheckpoint: Sendable {
  private let snapshot: CheckpointSnapshot
  private let readers: Readers
  private let pass: Readers.Pass

  fileprivate init(_ snapshot: CheckpointSnapshot, _ readers: Readers, _ pass: Readers.Pass) {
    self.snapshot = snapshot
    self.readers = readers
    self.pass = pass
  }

  deinit { readers.leave(pass) }

  /// Writes a file, readable by its owner alone, from which `VectorIndex.read(checkpoint:…)` makes the same index. It
  /// takes the place of an earlier one only when it is whole and on the disk.
  ///
  /// - Parameters:
  ///   - path: the file, replaced whole.
  ///   - attachment: takes the place of the one that `checkpoint` was told, for bytes that take long to gather.
  ///   - seal: encrypts the file.
  ///   - isWanted: asked again and again; once it says no, nothing is left of the file.
  /// - Throws: `checkpointUnwritable`, `checkpointUnwanted`.
  public func write(
    to path: String, attachment: [UInt8]? = nil, seal: (any CheckpointSeal)? = nil,
    while isWanted: () -> Bool = { true }
  ) throws(IndexError) {
    var file = try ReplacingFile(path, seal: seal)
    do throws(IndexError) {
      var snapshot = snapshot
      if let attachment { snapshot.attachment = attachment }
      try snapshot.write(to: &file, while: isWanted)
    } catch {
      file.discard()
      throw error
    }
    try file.commit()
  }
}

/// What a checkpoint will hold: copies of what changes in place, and the view for the rest.
///
/// `@unchecked Sendable`: what it points to is written in `init` only; rows of the view that were live then stay as they are
/// while the checkpoint's pass is held.
struct CheckpointSnapshot: @unchecked Sendable {
  var attachment: [UInt8]
  private let view: View
  private var header = CheckpointFormat.Header()
  private let removed: [UInt64]
  private let listCounts: [UInt32]
  private let radii: [Float]
  private let listBlocks: ScratchBuffer<UInt8>
  private let listBytes: Int
  private let rowLists: [ListsOfRows.Pair]

  /// With the writer lock held.
  init(_ view: View, sequence: UInt64, attachment: [UInt8]) {
    self.view = view
    self.attachment = attachment
    let rows = view.rows
    header.sequence = sequence
    header.dimension = rows.dimension
    header.count = rows.count
    header.removedCount = rows.removedCount
    removed = (0..<(rows.count + 63) / 64).map(rows.removedWord)
    guard let partition = view.partition else {
      (listCounts, radii, rowLists, listBytes, listBlocks) = ([], [], [], 0, ScratchBuffer())
      return
    }
    header.subspace = partition.subspace.dimension
    header.lists = partition.quantizer.count
    header.numberLimit = partition.quantizer.numberLimit
    header.trainedCount = partition.trainedCount
    header.efforts = partition.effort
    header.groups = partition.quantizer.groupCount
    let named: [(count: Int, blocks: UnsafePointer<UInt8>?)] = (0..<header.numberLimit).map { list in
      partition.quantizer.contains(list) ? partition.lists.rows(of: list) : (0, nil)
    }
    listCounts = named.map { UInt32($0.count) }
    radii = (0..<header.numberLimit).map(partition.lists.radius)
    let sizes = named.map { ($0.count + Int(VK_BIT_ROWS) - 1) / Int(VK_BIT_ROWS) * partition.lists.blockBytes }
    listBytes = sizes.reduce(0, +)
    listBlocks = ScratchBuffer(listBytes)
    var at = listBlocks.pointer
    for (list, size) in zip(named, sizes) {
      if let blocks = list.blocks { at.update(from: blocks, count: size) }
      at += size
    }
    rowLists = (0..<rows.count).map { partition.rowLists[$0] }
  }

  func write(to file: inout ReplacingFile, while isWanted: () -> Bool) throws(IndexError) {
    try withoutActuallyEscaping(isWanted) { (isWanted) throws(IndexError) in try write(&file, isWanted) }
  }

  private func write(_ file: inout ReplacingFile, _ isWanted: @escaping () -> Bool) throws(IndexError) {
    var header = header
    try pad(&file, to: CheckpointFormat.page)
    for section in CheckpointFormat.Section.allCases {
      var writer = SectionWriter(offset: file.count, isWanted: isWanted)
      try write(section, &writer, &file)
      header.sections[section.rawValue] = try writer.finish(&file)
      try pad(&file, to: (file.count + CheckpointFormat.page - 1) / CheckpointFormat.page * CheckpointFormat.page)
    }
    let words = header.encoded
    try words.withUnsafeBufferPointer { (words) throws(IndexError) in
      try file.writeAtStart(UnsafeRawBufferPointer(words))
    }
  }

  private func pad(_ file: inout ReplacingFile, to end: Int) throws(IndexError) {
    let zeros = Array(repeating: UInt8(0), count: end - file.count)
    try zeros.withUnsafeBufferPointer { (zeros) throws(IndexError) in try file.write(UnsafeRawBufferPointer(zeros)) }
  }

  private func write(
    _ section: CheckpointFormat.Section, _ writer: inout SectionWriter, _ file: inout ReplacingFile
  ) throws(IndexError) {
    let rows = view.rows
    switch section {
    case .fine: try addRows(rows.fineBytes, &writer, &file) { UnsafeRawPointer($0.fine) }
    case .ids: try addRows(8, &writer, &file) { UnsafeRawPointer($0.ids) }
    case .codes: try addRows(rows.codeBytes, &writer, &file) { UnsafeRawPointer($0.codes) }
    case .removed: try writer.add(removed, &file)
    case .errors:
      try forEachChunk { (chunk, count) throws(IndexError) in
        let pieces = (count + RowStore.pieceRows - 1) / RowStore.pieceRows
        try writer.add((0..<pieces).map { chunk.errors[$0].load(ordering: .acquiring) }, &file)
      }
    case .directions: try writer.add(view.partition?.subspace.directions ?? [], &file)
    case .groups:
      for group in view.partition?.quantizer.groupCentroids ?? [] {
        try writer.add([group.scale], &file)
        try writer.add(group.codes, &file)
      }
    case .centroids:
      for (g, members) in (view.partition?.quantizer.groupMembers ?? []).enumerated() {
        for centroid in members {
          let (length, scale) = (centroid.length.bitPattern, centroid.scale.bitPattern)
          try writer.add([UInt32(centroid.number), UInt32(g), length, scale], &file)
          try writer.add(centroid.codes, &file)
        }
      }
    case .listCounts: try writer.add(listCounts, &file)
    case .radii: try writer.add(radii, &file)
    case .listBlocks: try writer.add(listBlocks.pointer, listBytes, &file)
    case .attachment: try writer.add(attachment, &file)
    case .rowLists: try writer.add(rowLists, &file)
    }
  }

  /// Rows that are removed are written as zeros, whether or not they have been wiped already.
  ///
  /// - Parameter bytes: of each row.
  private func addRows(
    _ bytes: Int, _ writer: inout SectionWriter, _ file: inout ReplacingFile,
    _ part: (RowStore.Chunk) -> UnsafeRawPointer
  ) throws(IndexError) {
    let zeros = [UInt8](repeating: 0, count: bytes)
    for word in removed.indices {
      let (first, marks) = (word * 64, removed[word])
      let start = part(view.rows.chunk(first / RowStore.chunkRows)) + first % RowStore.chunkRows * bytes
      let count = min(64, header.count - first)
      if marks == 0 {
        try writer.add(start, count * bytes, &file)
        continue
      }
      for row in 0..<count {
        if marks >> UInt64(row) & 1 != 0 {
          try writer.add(zeros, &file)
        } else {
          try writer.add(start + row * bytes, bytes, &file)
        }
      }
    }
  }

  private func forEachChunk(
    _ body: (_ chunk: RowStore.Chunk, _ rows: Int) throws(IndexError) -> Void
  ) throws(IndexError) {
    for start in stride(from: 0, to: header.count, by: RowStore.chunkRows) {
      try body(view.rows.chunk(start / RowStore.chunkRows), min(RowStore.chunkRows, header.count - start))
    }
  }
}

/// Gathers a section piece by piece: what is written is what was summed, whatever happens to the memory it came from.
private struct SectionWriter {
  private let offset: Int
  private let piece = ScratchBuffer<UInt8>(CheckpointFormat.piece)
  private var filled = 0
  private var length = 0
  private var checksums: [UInt64] = []
  private let isWanted: () -> Bool

  init(offset: Int, isWanted: @escaping () -> Bool) {
    self.offset = offset
    self.isWanted = isWanted
  }

  mutating func add(_ elements: [some BitwiseCopyable], _ file: inout ReplacingFile) throws(IndexError) {
    try elements.withUnsafeBufferPointer { (elements) throws(IndexError) in
      let bytes = UnsafeRawBufferPointer(elements)
      if let start = bytes.baseAddress { try add(start, bytes.count, &file) }
    }
  }

  mutating func add(_ start: UnsafeRawPointer, _ count: Int, _ file: inout ReplacingFile) throws(IndexError) {
    var done = 0
    while done < count {
      let taken = min(CheckpointFormat.piece - filled, count - done)
      UnsafeMutableRawPointer(piece.pointer + filled).copyMemory(from: start + done, byteCount: taken)
      filled += taken
      done += taken
      if filled == CheckpointFormat.piece { try flush(&file) }
    }
    length += count
  }

  private mutating func flush(_ file: inout ReplacingFile) throws(IndexError) {
    guard isWanted() else {
      throw IndexError(.checkpointUnwanted, "the index checkpoint is no longer wanted and was dropped")
    }
    let bytes = UnsafeRawBufferPointer(start: piece.pointer, count: filled)
    checksums.append(Checksum.of(bytes))
    try file.write(bytes)
    filled = 0
  }

  mutating func finish(
    _ file: inout ReplacingFile
  ) throws(IndexError) -> (offset: Int, length: Int, checksum: UInt64) {
    if filled > 0 { try flush(&file) }
    return (offset, length, Checksum.of(checksums))
  }
}
