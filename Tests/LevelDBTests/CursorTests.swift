import LevelDB
import Testing

@Suite struct CursorTests {
  let directory = TemporaryDirectory()

  @Test func rangesAndPrefixes() throws {
    let database = try Database(path: directory.path)
    let keys: [[UInt8]] = [[0], [1], [1, 0], [1, 255], [1, 255, 255], [2], [255], [255, 255], [255, 255, 1]]
    for key in keys.shuffled() { try database.put(key, key) }
    func found(_ range: KeyRange) throws -> [[UInt8]] { try entries(database, range).map { $0[0] } }
    #expect(try found(.all) == keys)
    #expect(try found(KeyRange(prefix: [])) == keys)
    #expect(try found(KeyRange(prefix: [1])) == [[1], [1, 0], [1, 255], [1, 255, 255]])
    #expect(try found(KeyRange(prefix: [1, 255])) == [[1, 255], [1, 255, 255]])
    #expect(try found(KeyRange(prefix: [255])) == [[255], [255, 255], [255, 255, 1]])
    #expect(try found(KeyRange(prefix: [255, 255])) == [[255, 255], [255, 255, 1]])
    #expect(try found(KeyRange(prefix: [3])) == [])
    #expect(try found(KeyRange(from: [1, 0], upTo: [2])) == [[1, 0], [1, 255], [1, 255, 255]])
    #expect(try found(KeyRange(from: [2], upTo: [1])) == [])
    #expect(try found(KeyRange(only: [1])) == [[1]])
  }

  @Test func seeking() throws {
    let database = try Database(path: directory.path)
    for index in stride(from: 0, to: 100, by: 10) { try database.put([UInt8(index)], [1]) }
    var cursor = database.cursor(KeyRange(from: [20], upTo: [71]))
    #expect(cursor.isAtEntry == false)
    #expect(try cursor.seek(to: [33]))
    #expect(cursor.key == [40])
    #expect(try cursor.next())
    #expect(cursor.key == [50])
    // Before the range is its beginning, and beyond it nothing, though the database goes on.
    #expect(try cursor.seek(to: [0]))
    #expect(cursor.key == [20])
    #expect(try !cursor.seek(to: [80]))
    #expect(cursor.isAtEntry == false)
    #expect(try !cursor.next())
    #expect(try cursor.seek(to: [70]))
    #expect(try !cursor.next())
    #expect(cursor.isAtEntry == false)
  }

  @Test func cursorsAndSnapshotsShowTheirMoment() throws {
    let database = try Database(path: directory.path)
    try database.put([1], [1])
    let snapshot = database.snapshot()
    var cursor = database.cursor()
    try database.put([1], [2])
    try database.put([2], [2])
    database.compact(.all)
    #expect(try cursor.next())
    let lent = cursor.withEntry { key, value in
      [key.unsafeLoad(as: UInt8.self), value.unsafeLoad(as: UInt8.self), UInt8(key.byteCount + value.byteCount)]
    }
    #expect(lent == [1, 1, 2])
    #expect(try !cursor.next())
    #expect(try database.get([1], snapshot: snapshot) == [1])
    #expect(try database.get([2], snapshot: snapshot) == nil)
    #expect(try entries(database, .all, snapshot) == [[[1], [1]]])
    #expect(try entries(database) == [[[1], [2]], [[2], [2]]])
  }
}
