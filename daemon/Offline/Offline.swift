import ArgumentParser
import BackupFile
import FaceEngine
import FaceStore
import Foundation

/// Commands that work on a data folder while no daemon does.
enum Offline {
  /// Runs one; what goes wrong becomes a sentence and the exit status 1.
  static func run(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as BackupError {
      throw fail(error.message)
    } catch let error as EngineError {
      throw fail(error.message)
    } catch let error as StoreError {
      throw fail(error.message)
    } catch let error as SettingsError {
      throw fail(error.message)
    } catch let error as CocoaError {
      throw fail("a file could not be read or written: \(error.localizedDescription)")
    }
  }

  static func fail(_ message: String) -> ExitCode {
    FileHandle.standardError.write(Data("faced: \(message)\n".utf8))
    return ExitCode(1)
  }

  /// A sentence where the store stands before a change that it had reached; nil where all its changes are there.
  static func lostChanges(_ directory: String) throws(StoreError) -> String? {
    guard let mark = ChangeMark.read(directory) else { return nil }
    let number = try StoreExamination.changeNumber(directory: directory + "/store")
    guard number < mark else { return nil }
    return "the last changes are lost: the store stands at change \(number) and had reached \(mark)"
  }
}
