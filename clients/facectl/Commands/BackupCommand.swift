import ArgumentParser
import BackupFile
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Make a backup while the daemon serves, and check one.",
    discussion: """
      A backup has galleries, identities, faces, embeddings and models as of one moment; tokens and audit log stay out. \
      It holds pictures of people and is as encrypted as the daemon's store is: keep it accordingly. `faced restore FILE \
      --data DIR` makes a data folder of it.

      The keys of an encrypted store are not in its backups. `facectl backup keys FILE` writes them; keep the latest of \
      these files alone. Whoever is deleted has no key in the next one, and none of the backups then opens for them.
      """,
    subcommands: [Create.self, Keys.self, Verify.self])

  struct Output: Encodable {
    let file: String
    let bytes: UInt64
    let galleries: UInt64
    let identities: UInt64
    let faces: UInt64
    let models: UInt64
    let change: UInt64

    init(_ file: String, _ check: BackupCheck) {
      self.file = file
      bytes = check.bytes
      galleries = check.summary?.galleries ?? 0
      identities = check.summary?.identities ?? 0
      faces = check.summary?.faces ?? 0
      models = check.models
      change = check.summary?.changeNumber ?? 0
    }

    var text: String {
      "\(faces) faces of \(identities) identities in \(galleries) galleries, \(models) models, at change \(change), "
        + "\(bytes) bytes"
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a backup to a new file, or with - to standard output.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The file to make; - is standard output.") var file: String

    func run() async throws {
      let target = try Self.target(file)
      do {
        try await shared.withDaemon { client in
          try await Faced_V1_BackupService.Client(wrapping: client).createBackup(.init()) { response in
            for try await chunk in response.messages { try target.write(chunk.data) }
          }
        }
        let output = Output(file, try target.finish())
        if file == "-" { return Terminal.note("backed up " + output.text) }
        shared.json ? Terminal.printJSON(output) : Terminal.print("backed up \(output.text) to \(file)")
      } catch {
        target.discard()
        if let error = error as? BackupError {
          throw CommandFailure(code: "dataLoss", reason: "BACKUP_FAILED", message: error.message)
        }
        throw error
      }
    }

    fileprivate static func target(_ file: String) throws -> BackupTarget {
      do throws(BackupError) {
        return try BackupTarget(file)
      } catch {
        throw CommandFailure(code: "invalidArgument", reason: "BACKUP_FAILED", message: error.message)
      }
    }
  }

  struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the keys of an encrypted store to a file, in place of an earlier one.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The file; - is standard output.") var file: String

    func run() async throws {
      // The former file stays until the new one is whole.
      let work = file == "-" ? file : file + ".new"
      if file != "-" { try? FileManager.default.removeItem(atPath: work) }
      let target = try Create.target(work)
      do {
        try await shared.withDaemon { client in
          try await Faced_V1_BackupService.Client(wrapping: client).createBackup(.with { $0.keys = true }) { response in
            for try await chunk in response.messages { try target.write(chunk.data) }
          }
        }
        let output = Output(file, try target.finish())
        if file == "-" { return Terminal.note("wrote keys of \(output.identities) identities") }
        guard unsafe rename(work, file) == 0 else {
          throw BackupError("'\(work)' cannot be moved to '\(file)': \(systemMessage(errno))")
        }
        shared.json
          ? Terminal.printJSON(output)
          : Terminal.print("wrote the keys of a store of \(output.identities) identities to \(file)")
      } catch {
        target.discard()
        if let error = error as? BackupError {
          throw CommandFailure(code: "dataLoss", reason: "BACKUP_FAILED", message: error.message)
        }
        throw error
      }
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a backup whole and check every byte of it. Needs no daemon.")

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The backup; - is standard input.") var file: String

    func run() async throws {
      do {
        let output = Output(file, try BackupCheck.read(file))
        shared.json ? Terminal.printJSON(output) : Terminal.print("in order: \(output.text)")
      } catch let error as BackupError {
        throw CommandFailure(code: "dataLoss", reason: "BACKUP_DAMAGED", message: error.message)
      }
    }
  }
}
