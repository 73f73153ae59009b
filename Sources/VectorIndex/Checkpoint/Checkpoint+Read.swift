internal import CVectorKernels
internal import Synchronization

extension VectorIndex {
  /// The index that was written to a checkpoint, ready to be searched and changed, and what was attached to it. Everything
  /// is copied: once this returns, the file is not needed any more, and nothing keeps what it held when it is removed.
  ///
  /// - Parameters:
  ///   - path: the checkpoint's file.
  ///   - dimension: of its vectors; a checkpoint of others is refused.
  ///   - sequence: what `checkpoint` was told; a checkpoint of another state is refused.
  ///   - options: for trainings to come; the lists are as they were written.
  /// - Throws: `checkpointUnreadable`, `checkpointDamaged`, `checkpointForeign`, `checkpointStale`. In all cases the
  ///   index must be built anew.
  public static func read(
    checkpoint path: String, dimension: Int, sequence: UInt64, options: IndexOptions = .init()
  ) throws(IndexError) -> (index: VectorIndex, attachment: [UInt8]) {
    let read = try read(checkpoint: path, dimension: dimension, sequences: sequence...sequence, options: options)
    return (read.index, read.attachment)
  }

  /// The same for a checkpoint of any of these states, with the state that it is of: whoever can bring an older index up
  /// to date need not build it anew.
  public static func read(
    checkpoint path: String, dimension: Int, sequences: ClosedRange<UInt64>, options: IndexOptions = .init(),
    seal: (any CheckpointSeal)? = nil
  ) throws(IndexError) -> (index: VectorIndex, attachment: [UInt8], sequence: UInt64) {
    let file = try MappedFile(path).opened(by: seal, threads: options.threads)
    let reader = try CheckpointReader(file, dimension: dimension, sequences: sequences, threads: options.threads)
    let rows = try reader.rows()
    let readers = Readers()
    let partition = try reader.partition(rows, readers)
    let free = (0..<rows.count).filter(rows.isRemoved).map { UInt32($0) }
    let index = VectorIndex(
      options: options, view: View(rows: rows, partition: partition),
      writer: Writer(rows: rows, table: IDTable(of: rows), free: free, trainings: partition == nil ? 0 : 1),
      readers: readers)
    index.writer.withLock { writer in
      // One that was written before its lists were trained has none yet; of one that has, and does without them, nobody
      // knows what has changed since that was found.
      index.maintainIfNeeded(&writer, index.currentView)
      if partition?.effort.ten == .exact { index.startCalibration(&writer) }
    }
    return (index, reader.attachment, reader.sequence)
  }
}

/// A checkpoint whose checksums are right. That its numbers fit one another is checked all the same.
private struct CheckpointReader {
  private let file: MappedFile
  private let header: CheckpointFormat.Header

  var sequence: UInt64 { header.sequence }

  init(_ file: MappedFile, dimension: Int, sequences: ClosedRange<UInt64>, threads: Int) throws(IndexError) {
    self.file = file
    guard file.count >= CheckpointFormat.page else { throw CheckpointFormat.damaged }
    let words = UnsafeRawBufferPointer(start: file.start, count: CheckpointFormat.page).bindMemory(to: UInt64.self)
    header = try CheckpointFormat.Header(Array(words.prefix(CheckpointFormat.Header.wordCount)))
    guard header.dimension == dimension else {
      throw IndexError(
        .checkpointForeign,
        "the index checkpoint is of \(header.dimension) dimensions, not \(dimension): build the index anew")
    }
    guard sequences.contains(header.sequence) else {
      throw IndexError(
        .checkpointStale,
        "the index checkpoint is of state \(header.sequence), not \(sequences.upperBound): build the index anew")
    }
    try checkSections(threads)
  }

  private func checkSections(_ threads: Int) throws(IndexError) {
    for found in header.sections {
      guard found.offset >= CheckpointFormat.page, found.offset % CheckpointFormat.page == 0, found.length >= 0,
        found.offset <= file.count, found.length <= file.count - found.offset
      else { throw CheckpointFormat.damaged }
      let (file, piece) = (file, CheckpointFormat.piece)
      let pieces = (found.length + piece - 1) / piece
      let checksums = Parallel.map(pieces, threads: threads, initial: UInt64(0)) { range, out in
        for i in range {
          out[i] = Checksum.of(
            UnsafeRawBufferPointer(
              start: file.start + found.offset + i * piece, count: min(piece, found.length - i * piece)))
        }
      }
      guard Checksum.of(checksums) == found.checksum else { throw CheckpointFormat.damaged }
    }
  }

  private func section(_ section: CheckpointFormat.Section, bytes: Int) throws(IndexError) -> UnsafeMutableRawPointer {
    let found = header.sections[section.rawValue]
    guard found.length == bytes else { throw CheckpointFormat.damaged }
    return file.start + found.offset
  }

  var attachment: [UInt8] {
    let found = header.sections[CheckpointFormat.Section.attachment.rawValue]
    return Array(UnsafeRawBufferPointer(start: file.start + found.offset, count: found.length))
  }

  func rows() throws(IndexError) -> RowStore {
    let rows = RowStore(dimension: header.dimension)
    guard header.count <= RowStore.maximumRows else { throw CheckpointFormat.damaged }
    let fine = try section(.fine, bytes: header.count * rows.fineBytes)
    let ids = try section(.ids, bytes: header.count * 8)
    let codes = try section(.codes, bytes: header.count * rows.codeBytes)
    let words = (header.count + 63) / 64
    let removed = try section(.removed, bytes: words * 8).assumingMemoryBound(to: UInt64.self)
    let pieces = (header.count + RowStore.pieceRows - 1) / RowStore.pieceRows
    let errors = try section(.errors, bytes: pieces * 4).assumingMemoryBound(to: UInt32.self)
    for start in stride(from: 0, to: header.count, by: RowStore.chunkRows) {
      let count = min(RowStore.chunkRows, header.count - start)
      rows.adopt(rows: count) { chunk in
        UnsafeMutableRawPointer(chunk.fine)
          .copyMemory(from: fine + start * rows.fineBytes, byteCount: count * rows.fineBytes)
        UnsafeMutableRawPointer(chunk.ids).copyMemory(from: ids + start * 8, byteCount: count * 8)
        UnsafeMutableRawPointer(chunk.codes)
          .copyMemory(from: codes + start * rows.codeBytes, byteCount: count * rows.codeBytes)
        // So that the index is not in memory twice while it is read.
        for (part, rowBytes) in [(fine, rows.fineBytes), (codes, rows.codeBytes)] {
          let at = part - file.start + start * rowBytes
          file.release(at..<at + count * rowBytes)
        }
        for w in 0..<(count + 63) / 64 { chunk.removed[w].store(removed[start / 64 + w], ordering: .relaxed) }
        for p in 0..<(count + RowStore.pieceRows - 1) / RowStore.pieceRows {
          chunk.errors[p].store(errors[start / RowStore.pieceRows + p], ordering: .relaxed)
        }
      }
    }
    guard rows.removedCount == header.removedCount else { throw CheckpointFormat.damaged }
    return rows
  }

  func partition(_ rows: RowStore, _ readers: Readers) throws(IndexError) -> Partition? {
    guard header.lists > 0 else { return nil }
    let dimension = header.subspace
    guard dimension > 0, dimension % 16 == 0, dimension <= VectorIndex.dimensions.upperBound + 16,
      header.numberLimit <= Int(UInt32.max)
    else { throw CheckpointFormat.damaged }
    let directions = try section(.directions, bytes: dimension * header.dimension * 4)
      .assumingMemoryBound(to: Float.self)
    let subspace = Subspace(
      directions: Array(UnsafeBufferPointer(start: directions, count: dimension * header.dimension)),
      rotation: rows.rotation)
    let quantizer = try quantizer(dimension)
    let counts = try section(.listCounts, bytes: header.numberLimit * 4).assumingMemoryBound(to: UInt32.self)
    let lists = InvertedLists(
      sizes: (0..<header.numberLimit).map { Int(counts[$0]) }, dimension: header.dimension, readers: readers)
    lists.fill(from: try section(.listBlocks, bytes: lists.blockCount * lists.blockBytes), counts: counts)
    let radii = try section(.radii, bytes: header.numberLimit * 4).assumingMemoryBound(to: Float.self)
    for list in 0..<header.numberLimit { lists.setRadius(of: list, radii[list]) }
    let pairs = try section(.rowLists, bytes: header.count * 8).assumingMemoryBound(to: ListsOfRows.Pair.self)
    let rowLists = ListsOfRows()
    for slot in 0..<header.count { rowLists[slot] = pairs[slot] }
    return Partition(
      subspace: subspace, quantizer: quantizer, lists: lists, rowLists: rowLists,
      effort: header.efforts,
      trainedCount: header.trainedCount)
  }

  private func quantizer(_ dimension: Int) throws(IndexError) -> CoarseQuantizer {
    let (groupSize, size) = (4 + dimension, 16 + dimension)
    let groupStart = try section(.groups, bytes: header.groups * groupSize)
    let groups = (0..<header.groups).map { g in
      let at = groupStart + g * groupSize
      return CoarseQuantizer.Centroid(
        number: g, codes: Self.codes(at + 4, dimension), scale: at.loadUnaligned(as: Float.self), length: 1)
    }
    let start = try section(.centroids, bytes: header.lists * size)
    var members = Array(repeating: [CoarseQuantizer.Centroid](), count: header.groups)
    for i in 0..<header.lists {
      let at = start + i * size
      let (number, group) = (Int(at.loadUnaligned(as: UInt32.self)), Int((at + 4).loadUnaligned(as: UInt32.self)))
      guard number < header.numberLimit, group < header.groups else { throw CheckpointFormat.damaged }
      members[group].append(
        CoarseQuantizer.Centroid(
          number: number, codes: Self.codes(at + 16, dimension), scale: (at + 12).loadUnaligned(as: Float.self),
          length: (at + 8).loadUnaligned(as: Float.self)))
    }
    return CoarseQuantizer(groups: groups, members: members, dimension: dimension)
  }

  private static func codes(_ at: UnsafeMutableRawPointer, _ count: Int) -> [Int8] {
    Array(UnsafeRawBufferPointer(start: at, count: count).bindMemory(to: Int8.self))
  }
}
