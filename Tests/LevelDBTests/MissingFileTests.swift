import LevelDB
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A database that lacks a file is refused as it is: nothing is made in its folder, and nothing is removed.
@Suite struct MissingFileTests {
  let directory = TemporaryDirectory()

  /// A database with tables and a log, closed in order.
  func make() throws {
    var options = DatabaseOptions()
    options.writeBufferBytes = 64 << 10
    let database = try Database(path: directory.path, options: options)
    for i in 0..<200 { try database.put([UInt8(i)], [UInt8](repeating: UInt8(i), count: 1000), synced: true) }
    database.flush()
    try database.put([255], [1], synced: true)
  }

  func refusal() -> LevelDBError? {
    do {
      _ = try Database(path: directory.path)
      return nil
    } catch {
      return error
    }
  }

  private func names() -> [String] { fileNames(in: directory.path).filter { $0 != "LOCK" && !$0.hasPrefix("LOG") } }

  @Test(arguments: [true, false]) func eachMissingFileIsNoticed(isSealed: Bool) throws {
    try make()
    if !isSealed { #expect(unlink("\(directory.path)/SEAL") == 0) }
    let whole = names()
    #expect(whole.contains { $0.hasSuffix(".ldb") } && whole.contains { $0.hasSuffix(".log") })
    let aside = TemporaryDirectory()
    for name in whole where name != "SEAL" {
      #expect(rename("\(directory.path)/\(name)", "\(aside.path)/\(name)") == 0)
      #expect(refusal()?.code == .corruption, "\(name) is missing")
      #expect(names() == whole.filter { $0 != name }, "\(name) is missing")
      #expect(rename("\(aside.path)/\(name)", "\(directory.path)/\(name)") == 0)
    }
    #expect(try Database(path: directory.path).get([255]) == [1])
  }

  /// A log that was cut short looks like the end of a machine that died, but not after an orderly close.
  @Test func aLogThatLostItsEndIsNoticed() throws {
    try make()
    let log = try #require(names().last { $0.hasSuffix(".log") })
    #expect(truncate("\(directory.path)/\(log)", 3) == 0)
    #expect(refusal()?.code == .corruption)
    #expect(refusal()?.code == .corruption, "the second try must not pass either")
    try Database.repair(path: directory.path)
    #expect(try Database(path: directory.path).get([7])?.count == 1000)
  }

  @Test func otherFilesAreLeftAlone() throws {
    let photo = "\(directory.path)/holiday.jpg"
    let file = try #require(fopen(photo, "wb"))
    fclose(file)
    #expect(refusal()?.code == .invalidArgument)
    #expect(fileNames(in: directory.path) == ["holiday.jpg"])
  }

  /// The crash that comes while the first database is made leaves nothing that was ever acknowledged.
  @Test func anUnfinishedBeginningIsBegunAnew() throws {
    for name in ["LOCK", "LOG", "MANIFEST-000001", "000001.dbtmp"] {
      let file = try #require(fopen("\(directory.path)/\(name)", "wb"))
      fclose(file)
    }
    let database = try Database(path: directory.path)
    #expect(database.isNew)
  }
}
