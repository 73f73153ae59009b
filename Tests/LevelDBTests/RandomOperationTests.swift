import LevelDB
import TestNumbers
import Testing

/// Random operations on a database and on a dictionary: every read is compared.
@Suite struct RandomOperationTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithADictionary(seed: UInt64) throws {
    let directory = TemporaryDirectory()
    var options = DatabaseOptions()
    options.writeBufferBytes = 64 << 10
    options.bloomBitsPerKey = seed == 1 ? 0 : 10
    options.compression = seed == 2 ? .none : .snappy
    var random = SeededGenerator(seed: seed)
    var database = Optional(try Database(path: directory.path, options: options))
    var toy: [[UInt8]: [UInt8]] = [:]
    var old: (snapshot: Snapshot, toy: [[UInt8]: [UInt8]])?

    func compare(_ toy: [[UInt8]: [UInt8]], _ snapshot: Snapshot?) throws {
      let found = try entries(database!, .all, snapshot)
      let expected = toy.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { [$0.key, $0.value] }
      #expect(found == expected)
    }

    for step in 0..<6000 {
      let key = (0..<Int.random(in: 1...2, using: &random)).map { _ in UInt8.random(in: 0..<30, using: &random) }
      switch Int.random(in: 0..<1000, using: &random) {
      case 0..<500:
        let value = random.bytes(Int.random(in: 0...300, using: &random))
        try database!.put(key, value)
        toy[key] = value
      case 500..<650:
        try database!.delete(key)
        toy[key] = nil
      case 650..<700:
        var batch = WriteBatch()
        for _ in 0..<20 {
          let key = random.bytes(1)
          batch.put(key, key)
          toy[key] = key
        }
        try database!.write(batch)
      case 700..<990:
        #expect(try database!.get(key) == toy[key])
        if let old { #expect(try database!.get(key, snapshot: old.snapshot) == old.toy[key]) }
      case 990..<995: old = (database!.snapshot(), toy)
      case 995..<997: database!.compact(KeyRange(prefix: [key[0]]))
      default:
        old = nil
        database = nil
        database = try Database(path: directory.path, options: options)
      }
      if step % 500 == 499 {
        try compare(toy, nil)
        if let old { try compare(old.toy, old.snapshot) }
      }
    }
  }
}
