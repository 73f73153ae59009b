import FaceStore
import FaceTypes
import LevelDB
import Testing

/// Labels of identities, in their records and through corrections.
@Suite struct LabelTests {
  let directory = TemporaryDirectory()
  let g = gallery("g")

  @Test func theyOutliveCorrections() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.createGallery(g)
    let a = try await store.enroll(enrolment(g, .named(name("A")))).identity
    let b = try await store.enroll(enrolment(g, .named(name("B")))).identity
    try await store.label(g, a, setting: ["team": "blue", "x": ""], removing: [])
    try await store.label(g, b, setting: ["team": "red"], removing: [])
    #expect(try store.identities(g, having: try IdentityLabels(["team": "blue"])) == [a])
    #expect(try store.identities(g, having: .none) == [a, b])
    try await store.label(g, a, setting: ["team": "green"], removing: ["x", "y"])
    #expect(try store.identity(g, a)?.labels.values == ["team": "green"])
    // The one that was merged into keeps its own, and the other has them back with the undoing.
    let merge = try await store.mergeIdentities(g, a, into: b)
    #expect(try store.identity(g, b)?.labels.values == ["team": "red"])
    _ = try await store.undoChange(g, merge.change.number)
    #expect(try store.identity(g, a)?.labels.values == ["team": "green"])
    try await store.renameIdentity(g, a, to: name("C"))
    #expect(try store.identity(g, a)?.labels.values == ["team": "green"])
    #expect(await code { try await store.label(g, a, setting: ["Team": "x"], removing: []) } == .invalidArgument)
    #expect(await code { try await store.label(g, IdentityID(99), setting: [:], removing: []) } == .notFound)
    try store.checkInvariants()
    await store.close()
  }

  /// Cut anywhere, or with a key that may not be, the record is damage.
  @Test func aDamagedRecordIsNoticed() async throws {
    let store = try FaceStore(directory: directory.path, options: testOptions())
    try await store.createGallery(g)
    let a = try await store.enroll(enrolment(g, .named(name("A")))).identity
    try await store.label(g, a, setting: ["team": "blue"], removing: [])
    await store.close()
    let whole = try change { _ in }
    #expect(whole.first == 2)
    for damage in [{ $0.removeLast() }, { $0.append(0) }, { $0[$0.count - 10] = 0x20 }] as [(inout [UInt8]) -> Void] {
      try change { value in
        value = whole
        damage(&value)
      }
      let again = try FaceStore(directory: directory.path, options: testOptions())
      #expect(await code { _ = try again.identity(g, a) } == .corruption)
      await again.close()
    }
  }

  /// Changes the one identity's record, and returns what it was.
  @discardableResult
  private func change(_ body: (inout [UInt8]) -> Void) throws -> [UInt8] {
    let database = try Database(path: directory.path)
    var cursor = database.cursor(KeyRange(from: [0x11], upTo: [0x12]))
    #expect(try cursor.next())
    var value = cursor.value
    let was = value
    body(&value)
    try database.put(cursor.key, value)
    return was
  }
}
