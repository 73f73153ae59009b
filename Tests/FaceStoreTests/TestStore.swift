import FaceStore
import TestPostgreSQL
import Testing

/// Where a test keeps its store: what holds for one engine has to hold for the other.
struct TestStore: Sendable {
  enum Kind: String, CaseIterable, Sendable { case levelDB, postgreSQL }

  /// The folder, or the database's address.
  let place: String
  private let directory: TemporaryDirectory?

  /// Nil, and a line about it, where PostgreSQL is not installed.
  init?(_ kind: Kind) throws {
    guard kind == .postgreSQL else {
      let directory = TemporaryDirectory()
      (place, self.directory) = (directory.path, directory)
      return
    }
    guard let server = TestPostgreSQL.shared else {
      print(TestPostgreSQL.absence)
      return nil
    }
    (place, directory) = (try server.database(), nil)
  }

  func open(_ options: StoreOptions = testOptions()) throws(StoreError) -> FaceStore {
    directory != nil
      ? try FaceStore(directory: place, options: options) : try FaceStore(postgreSQL: place, options: options)
  }
}
