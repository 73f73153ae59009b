public import BackupFile
public import FaceStore
internal import FaceTypes
internal import Foundation

/// Makes a data folder out of a backup.
public enum BackupRestorer {
  /// Restores into a folder that is absent or empty. The folder appears whole, once every byte of the backup was
  /// checked and the records agree; until then all is in `{directory}.restoring`.
  ///
  /// - Parameters:
  ///   - path: the backup; `-` is standard input.
  ///   - keyring: the keys of an encrypted store. Whoever has none there any more was deleted after the backup was made, and
  ///     is left out.
  ///   - directory: the data folder to make.
  /// - Returns: what the backup holds, and what of it was left out.
  /// - Throws: `BackupError`, `EngineError`.
  public static func restore(
    _ path: String, keyring: String? = nil, to directory: String
  ) async throws -> (check: BackupCheck, leftOut: KeylessFaces) {
    let directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    let files = FileManager.default
    if let inside = try? files.contentsOfDirectory(atPath: directory), !inside.isEmpty {
      throw BackupError(
        "the folder '\(directory)' is not empty; restore into a new one and move the old one away first")
    }
    let work = directory + ".restoring"
    // What an earlier attempt left, and nothing else, has this mark in it.
    let mark = work + "/unfinished-restore"
    if files.fileExists(atPath: work) {
      guard files.fileExists(atPath: mark) else {
        throw BackupError("'\(work)' is in the way, and was not made by faced; move it away first")
      }
      try files.removeItem(atPath: work)
    }
    try Directories.create(work)
    guard files.createFile(atPath: mark, contents: nil) else { throw BackupError("cannot write in '\(work)'") }
    let check: BackupCheck
    var leftOut = KeylessFaces()
    do {
      check = try fill(work, from: path, keyring)
      if keyring != nil { leftOut = try await FaceStore.dropKeyless(directory: work + "/store") }
      let findings = try await StoreExamination.run(directory: work + "/store")
      guard findings.isInOrder else {
        throw BackupError("the records of the backup do not agree with one another: \(findings.sentences.first ?? "")")
      }
    } catch {
      try? files.removeItem(atPath: work)
      if let error = error as? StoreError { throw EngineError(error) }
      throw error
    }
    try files.removeItem(atPath: mark)
    try sync(work)
    guard unsafe rename(work, directory) == 0 else {
      throw BackupError("cannot move '\(work)' to '\(directory)': \(systemMessage(errno))")
    }
    try sync(URL(fileURLWithPath: directory).deletingLastPathComponent().path)
    return (check, leftOut)
  }

  private static func fill(_ work: String, from path: String, _ keyring: String?) throws -> BackupCheck {
    let store = try StoreRestorer(directory: work + "/store")
    try Directories.create(work + "/models")
    var model: FileHandle?
    let check = try BackupCheck.read(path) { frame in
      switch frame {
      case .summary: break
      case .records(let payload):
        for record in try BackupRecords.decode(payload) { try store.put(record.key, record.value) }
      case .modelName(let bytes):
        try close(&model)
        model = try createModel(String(decoding: bytes, as: UTF8.self), in: work)
      case .modelBytes(let bytes):
        guard let model else { throw BackupError("the backup has bytes of a model without a name") }
        try model.write(contentsOf: Data(bytes))
      case .end: try close(&model)
      }
    }
    try put(keyring, into: store)
    try store.finish()
    return check
  }

  private static func put(_ keyring: String?, into store: StoreRestorer) throws {
    guard store.isSealed == (keyring != nil) else {
      throw BackupError(
        store.isSealed
          ? "the backup is of an encrypted store, and its keys are not in it; give the file that `facectl backup keys` made "
            + "with --keyring"
          : "the backup is not of an encrypted store; restore it without --keyring")
    }
    guard let keyring else { return }
    _ = try BackupCheck.read(keyring) { frame in
      guard case .records(let payload) = frame else { return }
      for record in try BackupRecords.decode(payload) { try store.putKey(record.key, record.value) }
    }
  }

  private static func createModel(_ name: String, in work: String) throws -> FileHandle {
    // The name becomes a path, so nothing but a hash is let through.
    guard name.utf8.count == 64, name.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
      throw BackupError("the backup names a model in a way that no backup does; it was changed")
    }
    let path = "\(work)/models/\(name).safetensors"
    let rights: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: rights),
      let file = FileHandle(forWritingAtPath: path)
    else { throw BackupError("cannot write '\(path)'") }
    return file
  }

  private static func close(_ file: inout FileHandle?) throws {
    try file?.synchronize()
    try file?.close()
    file = nil
  }

  private static func sync(_ folder: String) throws {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw BackupError("cannot open '\(folder)'") }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw BackupError("cannot sync '\(folder)'") }
  }
}
