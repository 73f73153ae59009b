import FaceStore
import FaceTypes
import TestNumbers
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A log that loses its tail, as when the machine dies amid a write; and one that is damaged in the middle.
@Suite struct TruncationTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")
  let m = model("a")

  func log(in path: String) throws -> String {
    "\(path)/" + (try #require(fileNames(in: path).last { $0.hasSuffix(".log") }))
  }

  /// Everything in one log, and how long the log was when each face was acknowledged.
  func make(_ count: Int) async throws -> (faces: [FaceID], ends: [Int]) {
    var random = SeededGenerator(seed: 5)
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.createGallery(g)
    try await store.putModel(m, label: "", embeddingSize: 4)
    var (faces, ends): ([FaceID], [Int]) = ([], [])
    for index in 0..<count {
      let it = enrolment(
        g, .named(name("p\(index % 2)")), request: "r\(index)", crop: random.bytes(60), [(m, random.embedding(4))])
      faces.append(try await store.enroll(it).face)
      ends.append(readFile(try log(in: directory.path)).count)
    }
    await store.close()
    return (faces, ends)
  }

  @Test func cutAnywhereInTheLastRecords() async throws {
    let (faces, ends) = try await make(5)
    // Without the seal of an orderly close: this is what a machine leaves that died.
    let files = fileNames(in: directory.path).filter { $0 != "SEAL" }.map { ($0, readFile("\(directory.path)/\($0)")) }
    #expect(ends[4] - ends[2] > 500)
    for cut in ends[2]...ends[4] {
      let copy = TemporaryDirectory()
      for (name, bytes) in files {
        writeFile("\(copy.path)/\(name)", name.hasSuffix(".log") ? Array(bytes.prefix(cut)) : bytes)
      }
      let store = try FaceStore(directory: copy.path, options: testOptions())
      try store.checkInvariants()
      let kept = ends.count { $0 <= cut }
      #expect(try store.faces(g, limit: 9).map(\.id) == Array(faces.prefix(kept)), "cut at \(cut)")
      for face in faces.prefix(kept) {
        #expect(try store.crop(g, face)?.count == 60 && store.embedding(g, model: m, face: face) != nil)
      }
      // The number of a face that was never acknowledged may be given again; one that was may not.
      if cut == ends[3] {
        let next = try await store.enroll(enrolment(g, .named(name("new"))))
        #expect(next.face > faces[3])
        try store.checkInvariants()
      }
      await store.close()
    }
  }

  /// Damage before the end is no crash: opening says so instead of leaving out what was acknowledged.
  @Test func aDamagedLogIsRefused() async throws {
    let (_, ends) = try await make(5)
    let path = try log(in: directory.path)
    #expect(unlink("\(directory.path)/SEAL") == 0)
    let bytes = readFile(path)
    let lengths = recordLengths(bytes)
    #expect(lengths.count >= 2 * 5)
    for offset in stride(from: 0, to: ends[3], by: 97) where !lengths.contains(offset) {
      var damaged = bytes
      damaged[offset] ^= 0x10
      writeFile(path, damaged)
      #expect(await code { _ = try FaceStore(directory: directory.path) } == .corruption, "damaged at \(offset)")
    }
    writeFile(path, bytes)
    let store = try FaceStore(directory: directory.path)
    #expect(try store.faces(g, limit: 9).count == 5)
    await store.close()
  }

  /// Where the log holds its records' lengths. A length that is damaged so that its record would end behind the file
  /// looks like a write that was cut short, and LevelDB takes it for one: the format cannot tell them apart.
  ///
  /// A record is a checksum (4 bytes), a length (2, little-endian), a type (1) and its content; none crosses the first
  /// block of 32 KiB here.
  private func recordLengths(_ log: [UInt8]) -> Set<Int> {
    var places: Set<Int> = []
    var start = 0
    while start + 7 <= log.count {
      places.formUnion([start + 4, start + 5])
      start += 7 + Int(log[start + 4]) + Int(log[start + 5]) << 8
    }
    return places
  }
}
