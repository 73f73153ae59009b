import ArgumentParser
import FaceStore
import FaceTypes
import Foundation

/// `faced key create|enable|rotate`
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "The key of an encrypted data folder: make one, encrypt with it, change it.",
    discussion: """
      faced with --encryption-key-file on a new data folder encrypts from the beginning. Keep the key where the data and \
      its backups are not: without it nothing can be read, by you either.
      """,
    subcommands: [Create.self, Enable.self, Rotate.self])

  /// Its --data and --encryption-key-file say which data folder, and the key that it has or is to have.
  @ParentCommand var faced: Faced

  fileprivate var directory: String { faced.data ?? Settings.defaultDirectory() }

  fileprivate func masterKey() throws -> MasterKey {
    let key = try EncryptionKey.read(file: faced.encryptionKeyFile, ProcessInfo.processInfo.environment)
    guard let key else { throw SettingsError(message: "give the key with --encryption-key-file FILE") }
    return key
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a new key in a file that only its owner can read.")
    @Argument(help: "The file to make.") var file: String

    func run() async throws {
      try await Offline.run {
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
          throw SettingsError(message: "'\(file)' cannot be made: \(systemMessage(errno))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((MasterKey.newText() + "\n").utf8))
        try handle.synchronize()
      }
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Encrypt a data folder.",
      discussion: """
        The daemon must not be running on it. A copy is made, which needs as much room again, and the plain store is \
        removed. Blocks of the disk that it had are free, not overwritten; earlier backups stay as they are.
        """)
    @ParentCommand var key: KeyCommand

    func run() async throws {
      let directory = key.directory
      try await Offline.run {
        let faces = try StoreKeys.enable(directory: directory + "/store", try key.masterKey())
        try EncryptionKey.removeCheckpoints(directory)
        print("encrypted \(faces) faces")
      }
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Wrap the keys of all identities with another key; crops and embeddings stay as they are.",
      discussion: """
        The daemon must not be running on it. The index is built anew at the next start. Files of keys that \
        `facectl backup keys` made before still need the former key: make a new one, and remove them.
        """)
    @ParentCommand var key: KeyCommand
    @Option(help: "The file of the new key.") var newKeyFile: String

    func run() async throws {
      let directory = key.directory
      try await Offline.run {
        let count = try StoreKeys.rotate(
          directory: directory + "/store", from: try key.masterKey(), to: try EncryptionKey.read(file: newKeyFile))
        try EncryptionKey.removeCheckpoints(directory)
        print("the keys of \(count) identities are wrapped with the new key; start faced with it")
      }
    }
  }
}
