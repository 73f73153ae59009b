import LevelDB
import TestNumbers
import Testing

@Suite struct DatabaseTests {
  let directory = TemporaryDirectory()

  func open(_ change: (inout DatabaseOptions) -> Void = { _ in }) throws(LevelDBError) -> Database {
    var options = DatabaseOptions()
    change(&options)
    return try Database(path: directory.path, options: options)
  }

  func code(_ body: () throws -> Void) -> LevelDBError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? LevelDBError)?.code
    }
  }

  @Test func keysAndValuesOfAnyBytes() throws {
    let database = try open()
    let keys: [[UInt8]] = [
      [], [0], [0, 0], [255], [255, 255], Array("name".utf8), [UInt8](repeating: 7, count: 5000),
    ]
    for (index, key) in keys.enumerated() {
      #expect(try database.get(key) == nil)
      try database.put(key, [UInt8](repeating: UInt8(index), count: index * 1000), synced: index % 2 == 0)
    }
    for (index, key) in keys.enumerated() {
      #expect(try database.get(key) == [UInt8](repeating: UInt8(index), count: index * 1000))
    }
    try database.delete([0])
    try database.delete([0])
    #expect(try database.get([0]) == nil && database.get([0, 0]) != nil)
  }

  @Test func whatIsWrittenOutlivesTheDatabase() throws {
    try open().put([1], [2])
    #expect(try open { $0.createIfMissing = false }.get([1]) == [2])
  }

  @Test func openingWhatIsNotThereOrThereAlready() throws {
    #expect(code { _ = try open { $0.createIfMissing = false } } == .invalidArgument)
    _ = try open()
    #expect(code { _ = try open { $0.errorIfExists = true } } == .invalidArgument)
    #expect(code { _ = try Database(path: directory.path + "/a/b") } == .invalidArgument)
  }

  @Test func twoOpensOfOneDirectory() throws {
    let first = try open()
    #expect(code { _ = try open() } == .locked)
    #expect(code { _ = try Database(path: directory.path + "/.") } == .locked)
    #expect(code { try Database.destroy(path: directory.path) } == .locked)
    #expect(code { try Database.repair(path: directory.path) } == .locked)
    try first.put([1], [1])
    #expect(try first.get([1]) == [1])
  }

  @Test func aBatchIsAppliedInOrder() throws {
    let database = try open()
    try database.put([9], [9])
    var batch = WriteBatch()
    batch.put([1], [1])
    batch.put([1], [2])
    batch.delete([9])
    batch.put([2], [])
    batch.delete([2])
    #expect(batch.count == 5 && batch.byteCount == 7)
    #expect(try database.get([1]) == nil)
    try database.write(batch, synced: true)
    #expect(try entries(database) == [[[1], [2]]])
    batch.removeAll()
    #expect(batch.count == 0 && batch.byteCount == 0)
    try database.write(batch)
    #expect(try entries(database) == [[[1], [2]]])
  }

  /// Cursors and snapshots keep the database open; the last of them closes it.
  @Test func lifetimes() throws {
    var closed: Database? = try open()
    try closed?.put([1], [1])
    try closed?.put([2], [2])
    func cursorAlone(_ database: Database) -> Cursor { database.cursor(snapshot: database.snapshot()) }
    do {
      var cursor = cursorAlone(closed!)
      try closed?.put([1], [7])
      weak let still = closed
      closed = nil
      #expect(try cursor.next())
      #expect(cursor.key == [1] && cursor.value == [1])
      #expect(still != nil)
      #expect(code { _ = try open() } == .locked)
      #expect(try cursor.next())
      #expect(try !cursor.next())
    }
    #expect(try open().get([1]) == [7])
  }

  @Test func damagedTablesAreReported() throws {
    var random = SeededGenerator(seed: 2)
    try {
      let database = try open()
      for index in 0..<200 { try database.put([UInt8(index)], random.bytes(400)) }
      database.flush()
    }()
    let table = try #require(fileNames(in: directory.path).first { $0.hasSuffix(".ldb") })
    damage("\(directory.path)/\(table)")
    let database = try open()
    #expect(code { _ = try entries(database) } == .corruption)
    #expect(code { for index in 0..<200 { _ = try database.get([UInt8(index)]) } } == .corruption)
  }

  @Test func repairMakesADamagedDatabaseOpen() throws {
    try {
      let database = try open()
      for index in 0..<200 { try database.put([UInt8(index)], [UInt8(index)]) }
      database.flush()
      try database.put([250], [250])
    }()
    for name in fileNames(in: directory.path) where name.hasPrefix("MANIFEST") { damage("\(directory.path)/\(name)") }
    #expect(code { _ = try open() } == .corruption)
    try Database.repair(path: directory.path)
    let database = try open()
    for index in 0..<200 { #expect(try database.get([UInt8(index)]) == [UInt8(index)]) }
    #expect(try database.get([250]) == [250])
  }

  @Test func destroyTakesEverythingAway() throws {
    try open().put([1], [1])
    try Database.destroy(path: directory.path)
    #expect(fileNames(in: directory.path).isEmpty)
    try Database.destroy(path: directory.path)
    #expect(code { try Database.repair(path: directory.path) } == .invalidArgument)
  }

  @Test func propertiesAndSizes() throws {
    var random = SeededGenerator(seed: 4)
    let database = try open { $0.compression = .none }
    for index in 0..<1000 {
      try database.put([UInt8(index % 2), UInt8(index / 2 % 256), UInt8(index / 512)], random.bytes(1000))
    }
    database.compact(.all)
    let sizes = database.approximateSizes(of: [.all, KeyRange(prefix: [0]), KeyRange(prefix: [5])])
    #expect(sizes[0] > 900_000 && sizes[0] < 1_200_000)
    #expect(sizes[1] > 400_000 && sizes[1] < 600_000 && sizes[2] == 0)
    #expect(database.property("leveldb.num-files-at-level0") == "0")
    #expect(database.property("leveldb.stats")?.isEmpty == false)
    #expect(database.property("leveldb.nothing") == nil)
    // What is deleted and compacted takes no room any more.
    var batch = WriteBatch()
    for entry in try entries(database, KeyRange(prefix: [0])) { batch.delete(entry[0]) }
    try database.write(batch)
    database.compact(KeyRange(prefix: [0]))
    #expect(database.approximateSizes(of: [.all])[0] < 600_000)
  }

  @Test func theWordsOfErrors() {
    let statuses: [(String, LevelDBError.Code)] = [
      ("NotFound: /x/CURRENT: No such file or directory", .notFound),
      ("Corruption: block checksum mismatch", .corruption),
      ("IO error: /x/000003.log: No space left on device", .io),
      ("IO error: lock /x/LOCK: Resource temporarily unavailable", .locked),
      ("IO error: lock /x/LOCK: already held by process", .locked),
      ("Invalid argument: /x: does not exist (create_if_missing is false)", .invalidArgument),
      ("Not implemented: x", .invalidArgument),
      ("Unknown code(17): x", .io),
      ("", .io),
    ]
    for (status, code) in statuses { #expect(LevelDBError(status: status).code == code) }
    #expect(LevelDBError(status: "Corruption: bad block").message == "bad block")
  }
}
