internal import LevelDB

/// A look at every record of the store of a daemon that does not run.
package enum StoreExamination {
  /// - Throws: `locked` where a daemon runs; `corruption` where nothing at all can be read.
  package static func run(directory: String) async throws(StoreError) -> StoreFindings {
    let (database, opening) = try open(directory)
    var findings = try StoreSurvey(database).findings
    findings.damages = opening + findings.damages
    return findings
  }

  /// The last change that the store of a daemon that does not run has reached.
  package static func changeNumber(directory: String) throws(StoreError) -> UInt64 {
    let (database, _) = try open(directory)
    let header = try mapped { () throws(LevelDBError) in try database.get(Key.header) }
    guard let header else { throw StoreError(.corruption, "the store's first record is missing; restore a backup") }
    return try View(records: LevelDBEngine(database), hash: try HeaderRecord(header).nameKey).next(.change)
  }

  /// Opens it, if need be without the last changes in its log.
  static func open(_ directory: String) throws(StoreError) -> (Database, [StoreFindings.Damage]) {
    var options = DatabaseOptions()
    options.createIfMissing = false
    options.compression = .none
    do throws(StoreError) {
      let strict = options
      return (try mapped { () throws(LevelDBError) in try Database(path: directory, options: strict) }, [])
    } catch {
      guard error.code == .corruption else { throw error }
      options.paranoidChecks = false
      let lenient = options
      let database = try mapped { () throws(LevelDBError) in try Database(path: directory, options: lenient) }
      return (database, [.init(what: "the log is damaged: the last changes may be lost (\(error.message))")])
    }
  }
}
