import Foundation
import LevelDB

/// A small key-value store on the command line.
///
///     keyvalue DIR put KEY VALUE | get KEY | delete KEY | list [PREFIX]
@main enum KeyValue {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2 else { fail("usage: keyvalue DIR put KEY VALUE | get KEY | delete KEY | list [PREFIX]") }
    do {
      let database = try Database(path: arguments[0])
      try run(arguments[1], Array(arguments.dropFirst(2)), database)
    } catch let error as LevelDBError {
      fail(error.message)
    }
  }

  static func run(_ verb: String, _ words: [String], _ database: Database) throws {
    switch (verb, words.count) {
    case ("put", 2):
      // Synced: when this returns, the entry survives a power cut.
      try database.put(Array(words[0].utf8), Array(words[1].utf8), synced: true)
    case ("get", 1):
      guard let value = try database.get(Array(words[0].utf8)) else { fail("there is no '\(words[0])'") }
      print(String(decoding: value, as: UTF8.self))
    case ("delete", 1):
      try database.delete(Array(words[0].utf8), synced: true)
    case ("list", 0...1):
      // A snapshot: what others write meanwhile is not seen.
      let range = words.first.map { KeyRange(prefix: Array($0.utf8)) } ?? .all
      var cursor = database.cursor(range, snapshot: database.snapshot())
      while try cursor.next() {
        print(String(decoding: cursor.key, as: UTF8.self), String(decoding: cursor.value, as: UTF8.self))
      }
    default:
      fail("no such verb, or not its arguments: \(verb)")
    }
  }

  static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(1)
  }
}
