import Foundation
import Testing
import VectorIndex

@Suite("Checkpoints")
struct CheckpointTests {
  private static let dimension = 48

  /// A path in a folder of its own, which goes when `body` has returned.
  private func withPath(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "faced-checkpoint-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "index").path(percentEncoded: false))
  }

  /// An index from which some vectors were removed, in whose place others came.
  private func makeIndex(_ count: Int, exactBelow: Int = 1_000) throws -> (VectorIndex, [[Float]]) {
    var generator = Vectors(seed: 3)
    let vectors = generator.clustered(count, dimension: Self.dimension)
    let index = VectorIndex(dimension: Self.dimension, options: IndexOptions(exactBelow: exactBelow))
    try index.add(contentsOf: Array(0..<UInt64(count)), vectors: vectors.flatMap(\.self))
    index.waitForTraining()
    for id in stride(from: 0, to: UInt64(count), by: 7) { index.remove(id) }
    for id in stride(from: 0, to: UInt64(count), by: 14) { try index.add(id + 1_000_000, vectors[Int(id)]) }
    return (
      index,
      (0..<40).map { _ in generator.near(vectors.isEmpty ? generator.unit(Self.dimension) : vectors[3], spread: 1) }
    )
  }

  private func refusal(_ path: String, dimension: Int = dimension, sequence: UInt64 = 77) -> IndexError.Code? {
    do {
      _ = try VectorIndex.read(checkpoint: path, dimension: dimension, sequence: sequence).index
      return nil
    } catch { return error.code }
  }

  @Test("An index that was written before its lists were trained trains them once it is read")
  func trainsWhatWasNotTrained() throws {
    try withPath { path in
      let (index, _) = try makeIndex(4_000, exactBelow: 100_000)
      #expect(index.statistics.lists == 0)
      try index.checkpoint(sequence: 77).write(to: path)
      let options = IndexOptions(exactBelow: 1_000)
      let read = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 77, options: options).index
      read.waitForTraining()
      #expect(read.statistics.lists > 0 && read.checkInvariants() == [])
    }
  }

  @Test(
    "What was written is what is read: answers, ids, invariants, with lists and without", arguments: [0, 500, 4_000])
  func roundTrip(count: Int) throws {
    try withPath { path in
      let (index, queries) = try makeIndex(count)
      try index.checkpoint(sequence: 77).write(to: path)
      let read = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 77, options: index.options)
        .index
      #expect(read.count == index.count)
      #expect(read.checkInvariants() == [])
      #expect(read.statistics.lists == index.statistics.lists)
      for query in queries {
        #expect(try read.search(query, count: 10) == index.search(query, count: 10))
        #expect(try read.searchExact(query, count: 10) == index.searchExact(query, count: 10))
      }
      for id in 0..<UInt64(count) { #expect(read.vector(id) == index.vector(id)) }
      let bytes = (0..<count * 3).map { UInt8(truncatingIfNeeded: $0 * $0) }
      try index.checkpoint(sequence: 78, attachment: bytes).write(to: path)
      #expect(try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 78).attachment == bytes)
    }
  }

  @Test("What was removed is in no checkpoint, with lists and without, over two generations", arguments: [500, 4_000])
  func erasure(count: Int) throws {
    try withPath { path in
      var generator = Vectors(seed: 5)
      let vectors = generator.clustered(count, dimension: Self.dimension)
      let options = IndexOptions(exactBelow: 1_000)
      let index = VectorIndex(dimension: Self.dimension, options: options)
      try index.add(contentsOf: Array(0..<UInt64(count)), vectors: vectors.flatMap(\.self))
      index.waitForTraining()
      try index.checkpoint(sequence: 77).write(to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      #expect(try Self.contains(whole, vectors[7]), "the search finds what is there")

      let read = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 77, options: options).index
      let gone = stride(from: 0, to: count, by: 5)
      for id in gone { #expect(read.remove(UInt64(id))) }
      try read.checkpoint(sequence: 78).write(to: path)
      let data = try Data(contentsOf: URL(filePath: path))
      for id in gone { #expect(try !Self.contains(data, vectors[id]), "vector \(id) is still there") }
      #expect(try Self.contains(data, vectors[7]))

      let again = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 78, options: options)
        .index
      #expect(again.checkInvariants() == [])
      #expect(try again.search(vectors[7], count: 1).matches.first?.id == 7)
    }
  }

  /// Whether the file holds the vector as it is kept: what a checkpoint of it alone begins with.
  private static func contains(_ data: Data, _ vector: [Float]) throws -> Bool {
    let alone = VectorIndex(dimension: dimension)
    try alone.add(1, vector)
    let path = FileManager.default.temporaryDirectory.appending(path: "faced-alone-\(UUID())")
    defer { try? FileManager.default.removeItem(at: path) }
    try alone.checkpoint(sequence: 1).write(to: path.path(percentEncoded: false))
    let file = try Data(contentsOf: path)
    let words = file.prefix(400).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    return data.range(of: file[Int(words[18])..<Int(words[18] + words[19])]) != nil
  }

  @Test("An index that was read lives on")
  func changes() throws {
    try withPath { path in
      let (index, queries) = try makeIndex(3_000)
      try index.checkpoint(sequence: 77).write(to: path)
      let before = try Data(contentsOf: URL(filePath: path))
      let read = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: 77, options: index.options)
        .index
      for id in 0..<1_500 as Range<UInt64> { #expect(read.remove(id) == index.remove(id)) }
      for (i, query) in queries.enumerated() {
        try read.add(5_000 + UInt64(i), query)
        #expect(try read.search(query, count: 1).matches.first?.id == 5_000 + UInt64(i))
      }
      read.waitForTraining()
      #expect(read.checkInvariants() == [])
      try read.checkpoint(sequence: 78).write(to: path + "2")
      let again = try VectorIndex.read(checkpoint: path + "2", dimension: Self.dimension, sequence: 78).index
      #expect(again.count == read.count && again.checkInvariants() == [])
      // What is changed in memory does not reach the file.
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
  }

  @Test("Another state, another dimension, no file")
  func refused() throws {
    try withPath { path in
      #expect(refusal(path) == .checkpointUnreadable)
      try makeIndex(1_500).0.checkpoint(sequence: 77).write(to: path)
      #expect(refusal(path) == nil)
      #expect(refusal(path, sequence: 78) == .checkpointStale)
      #expect(refusal(path, dimension: 32) == .checkpointForeign)
      try Data("not an index, whatever it may be called".utf8).write(to: URL(filePath: path))
      #expect(refusal(path) == .checkpointDamaged)
      try Data().write(to: URL(filePath: path))
      #expect(refusal(path) == .checkpointUnreadable)
    }
  }

  @Test("A checkpoint of another version is of no use, whatever else is right")
  func otherVersion() throws {
    try withPath { path in
      try makeIndex(500).0.checkpoint(sequence: 77).write(to: path)
      var bytes = try Data(contentsOf: URL(filePath: path))
      var words = bytes.prefix(8 * 57).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
      words[1] = 2
      words += [Checksum.of(words)]
      bytes.replaceSubrange(0..<8 * words.count, with: words.withUnsafeBytes { Data($0) })
      try bytes.write(to: URL(filePath: path))
      #expect(refusal(path) == .checkpointForeign)
    }
  }

  /// Found by the fuzzer: a count below 0 or beyond everything ended the process.
  @Test("A header whose numbers cannot be is damage, even with a right checksum", arguments: 3..<15)
  func numbersThatCannotBe(place: Int) throws {
    try withPath { path in
      try makeIndex(500).0.checkpoint(sequence: 77).write(to: path)
      var bytes = try Data(contentsOf: URL(filePath: path))
      for number in [UInt64.max, 1 << 63, 1 << 60, UInt64(Int64.max), 1 << 33] {
        var words = (0..<57).map { word in
          bytes[8 * word..<8 * word + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        words[place] = number
        for (word, value) in (words + [Checksum.of(words)]).enumerated() {
          withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(8 * word..<8 * word + 8, with: $0) }
        }
        try bytes.write(to: URL(filePath: path))
        let refused = try #require(refusal(path))
        #expect([.checkpointDamaged, .checkpointForeign].contains(refused))
      }
    }
  }

  @Test("Any damage is noticed: a bit anywhere, a file cut short")
  func damage() throws {
    try withPath { path in
      let (index, _) = try makeIndex(1_500)
      try index.checkpoint(sequence: 77).write(to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      var generator = Vectors(seed: 12)
      // The header's numbers, and places anywhere that a section reaches.
      let padding = Self.padding(of: whole)
      let header = stride(from: 0, to: 400, by: 13)
      let anywhere = (0..<150).map { _ in Int.random(in: 4_096..<whole.count, using: &generator) }
      for place in Array(header) + anywhere where !padding.contains(place) {
        var bytes = whole
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        try bytes.write(to: URL(filePath: path))
        let code = refusal(path)
        #expect(code != nil, "byte \(place)")
      }
      for length in [1, 4_095, 4_096, whole.count / 2, whole.count - 4_096] {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(refusal(path) == .checkpointDamaged, "\(length) bytes")
      }
    }
  }

  /// The bytes between sections, which mean nothing; found by the lengths in the header.
  private static func padding(of file: Data) -> IndexSet {
    var meant = IndexSet(integersIn: 0..<4_096)
    let words = file.prefix(4_096).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    for at in stride(from: 18, to: 18 + 3 * 13, by: 3) where words[at + 1] > 0 {
      meant.insert(integersIn: Int(words[at])..<Int(words[at] + words[at + 1]))
    }
    return IndexSet(integersIn: 0..<file.count).subtracting(meant)
  }

  @Test("Adds, removes and searches go on while a checkpoint is written, and it is of one state")
  func concurrent() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "faced-checkpoint-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "index").path(percentEncoded: false)
    let (index, queries) = try makeIndex(3_000)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // The number of vectors stays between two values whatever the moment.
        for round in 0..<2_000 as Range<UInt64> {
          try index.add(10_000_000 + round, queries[Int(round) % queries.count])
          _ = try index.search(queries[0], count: 5)
          #expect(index.remove(10_000_000 + round))
        }
      }
      group.addTask {
        for round in 0..<6 as Range<UInt64> {
          try index.checkpoint(sequence: round).write(to: path)
          let read = try VectorIndex.read(checkpoint: path, dimension: Self.dimension, sequence: round).index
          #expect(read.checkInvariants() == [])
          #expect(read.count == index.count || abs(read.count - index.count) <= 1)
        }
      }
      try await group.waitForAll()
    }
    #expect(index.checkInvariants() == [])
  }
}
