internal import FaceTypes

/// Says that a store is encrypted, and lets a master key be told from another one.
enum SealingRecord {
  private static let version: UInt8 = 1
  private static let known = Array("faced master key".utf8)

  static func encoded(_ master: MasterKey) -> [UInt8] {
    [version] + Sealing.seal(known, master.derived("check"), at: Key.sealing)
  }

  /// - Throws: `failedPrecondition` for another key.
  static func check(_ value: [UInt8], _ master: MasterKey) throws(StoreError) {
    guard value.first == version else { throw .corrupt("encryption record", "its version is not \(version)") }
    do throws(StoreError) {
      guard try Sealing.open(value.dropFirst(), master.derived("check"), at: Key.sealing) == known else {
        throw .corrupt("encryption record", "it says something else")
      }
    } catch {
      throw StoreError(
        .failedPrecondition,
        "the encryption key is not the one that the store was encrypted with; give that one")
    }
  }

  /// How the database is sealed; nil where it is not. One without galleries becomes an encrypted one where there is a key.
  ///
  /// - Throws: `failedPrecondition` where the key is missing or another, and where there is one and the store is not
  ///   encrypted.
  static func prepare(_ engine: any RecordEngine, _ options: StoreOptions) throws(StoreError) -> Sealing? {
    let value = try engine.present.value(Key.sealing)
    guard let value else {
      guard let master = options.masterKey else { return nil }
      let galleries = engine.present.cursor(Key.range(.gallery))
      guard try !galleries.advance() else {
        throw StoreError(
          .failedPrecondition,
          "the store is not encrypted, and an encryption key was given; `faced key enable` encrypts it, or start without "
            + "the key")
      }
      try engine.put(Key.sealing, encoded(master))
      return Sealing(master)
    }
    if options.leavesSealed { return nil }
    guard let master = options.masterKey else {
      throw StoreError(
        .failedPrecondition,
        "the store is encrypted; give its key with --encryption-key-file or FACED_ENCRYPTION_KEY")
    }
    try check(value, master)
    return Sealing(master)
  }
}
