import ArgumentParser
import AuditLog
import CoreTransport
import FaceEngine
import Foundation
import GRPCCore
import Logging
import Networks

/// The daemon.
@main
struct Faced: AsyncParsableCommand {
  static func main() async {
    BLAS.skipShutdown()
    await main(nil)
  }

  static let configuration = CommandConfiguration(
    commandName: "faced",
    abstract: "A face identification daemon.",
    discussion: """
      Starts without any option: data in the user's state folder, loopback only, the bundled model. Every option can \
      also come from the environment (FACED_ADDRESS, FACED_DATA, FACED_TLS_CERTIFICATE, FACED_ALLOW_REMOTE=true, …) \
      or from a JSON file ({"address": "127.0.0.1:50151", "falsePositiveRate": 0.01}); a flag goes before the environment, \
      and that before the file. A variable or a name in the file that is not a setting is refused.

      Prints `address HOST:PORT` and then `ready` on standard output once it serves. SIGTERM ends it gracefully, \
      and a second one at once. SIGHUP reads certificates, tokens, log level and thresholds again.
      """,
    version: "faced \(Version.text)",
    subcommands: [RestoreCommand.self, CheckCommand.self, RepairCommand.self, KeyCommand.self, StoreCommand.self])

  @Option(help: "Where everything durable lives. [$XDG_STATE_HOME/faced or ~/.local/state/faced]") var data: String?
  @Option(
    help: """
      Where galleries and faces are kept: leveldb:DIR, which is the same as --data DIR, or postgres://USER@HOST:PORT/DB, which \
      several daemons may use, each with a --data of its own. A password belongs in ~/.pgpass or FACED_STORE. [leveldb:DATA]
      """)
  var store: String?
  @Option(
    help: """
      Who searches: memory, which is this process, or milvus://HOST:PORT[/DATABASE], a Milvus server, for more faces than fit into \
      memory; with milvuss:// over TLS. Options: ?index=IVF_FLAT&nlist=1024&nprobe=32, prefix=, ca=FILE. A USER:PASSWORD@ belongs in \
      FACED_SEARCH. [memory]
      """)
  var search: String?
  @Option(
    help: """
      Where to listen: HOST:PORT, unix:PATH or unix-abstract:NAME. Several by commas or by several options; port 0 takes a \
      free one. [127.0.0.1:50151]
      """)
  var address: [String] = []
  @Option(help: "The model file to begin with when the store is new. [the bundled model]") var model: String?
  @Option(help: "What finds the faces: faced (its own networks), or an ONNX file of YuNet's kind. [faced]")
  var detector: String?
  @Option(
    help: "The false positive rate: the share of strangers that may be identified as somebody, between 0 and 1. [0.01]")
  var falsePositiveRate: Double?
  @Option(help: "The lowest quality of a face to enroll, 0 to 1; 0 accepts every face. [0.05]")
  var minimumQuality: Double?
  @Option(
    help: """
      The smallest face that is looked for: pixels, or a share of the photograph's longer side as 5%. [24 pixels of the two \
      megapixels that are searched; in photographs from 8 megapixels on mostly about 3%]
      """)
  var minimumFace: String?
  @Option(help: "Threads that decode, detect and embed. [one for each processor, of the container where there is one]")
  var workers: Int?
  @Option(help: "The most bytes of a photograph. [33554432]") var maximumPhotoBytes: Int?
  @Option(help: "The most pixels of a photograph. [50000000]") var maximumPhotoPixels: Int?
  @Option(
    help: "The most bytes of decoded photographs, all workers together. [1 GiB, or a quarter of the container's memory]"
  )
  var maximumDecodedBytes: Int?
  @Option(help: "Under load, up to this many face crops are embedded together; 1 embeds each call's alone. [8]")
  var batchSize: Int?
  @Option(
    help: "Milliseconds that a face may wait to be embedded together with others, while photographs are queued. [10]")
  var batchWait: Int?
  @Option(help: "Write a gallery's index to a file after this many changes. [20000]") var checkpointChanges: Int?
  @Option(help: "And this many seconds after the last write, if anything changed. [300]") var checkpointSeconds: Int?
  @Option(help: "Galleries with fewer faces have no such file. [1000]") var checkpointMinimumFaces: Int?
  @Option(help: "Check the whole store in the background, at this many bytes a second; 0 means never. [8388608]")
  var scrubBytesPerSecond: Int?
  @Option(help: "Start the next check this many seconds after the last one ended. [86400]") var scrubSeconds: Int?
  @Option(help: "Days to keep the previous model's vectors after a switch, for rolling back. [30]")
  var rollbackDays: Int?
  @Option(
    help: """
      The file of a key with which crops and embeddings are encrypted on the disk: 32 bytes, as `faced key create` makes \
      them. The key may also be in FACED_ENCRYPTION_KEY. [nothing is encrypted]
      """)
  var encryptionKeyFile: String?
  @Option(help: "HOST:PORT for Prometheus to read metrics from; the host is 127.0.0.1 if left out. [none]")
  var metricsAddress: String?
  @Option(help: "text, or json: one object per line. [text]") var logFormat: String?
  @Option(help: "trace, debug, info, notice, warning, error or critical. [info]") var logLevel: String?
  @Option(help: "A JSON file of these options.") var config: String?
  @Option(help: "A PEM file with the daemon's certificate, its own first: connections are encrypted. [none]")
  var tlsCertificate: String?
  @Option(help: "A PEM file with the certificate's private key.") var tlsKey: String?
  @Option(help: "A PEM file of authorities: clients must present a certificate from one of them. [not required]")
  var tlsClientCa: String?
  @Option(
    help: "The most connections at a time; further ones are closed at once. [3/4 of the descriptors, 16384 at most]")
  var maximumConnections: Int?
  @Option(help: "The most calls at a time, all connections together; further ones are refused at once. [1024]")
  var maximumCalls: Int?
  @Option(help: "The permissions of a Unix socket's file, in octal. [0666 minus the umask]") var socketMode: String?
  @Flag(help: "Require a token on loopback and Unix sockets too; use it behind a proxy on the same machine.")
  var requireToken = false
  @Flag(
    help: """
      Listen beyond this machine without TLS: photographs, names and tokens cross the network in the clear, for everybody \
      on the way to read and to change. For a daemon behind something that encrypts.
      """)
  var allowRemote = false

  func run() async throws {
    StandardDescriptors.secure()
    do {
      let settings = try await Settings.read(self)
      LoggingSystem.bootstrap(settings.logFormat.handler)
      var logger = Logger(label: "faced")
      logger.logLevel = settings.logLevel
      // Neither a client that goes away nor a terminal that is closed ends the daemon; SIGHUP reads the settings again.
      signal(SIGPIPE, SIG_IGN)
      signal(SIGHUP, SIG_IGN)
      // Each connection needs a descriptor, and the usual limit is one for interactive programs.
      DescriptorLimit.raise()
      try await Daemon(settings: settings, reread: { [self] in try await Settings.read(self) }, logger: logger).run()
    } catch let error as SettingsError {
      throw fail(error.message)
    } catch let error as EngineError {
      throw fail(error.message)
    } catch let error as AuditError {
      throw fail(error.message)
    } catch let error as FileError {
      throw fail(error.message)
    } catch let error as CoreTransportError {
      throw fail(error.message)
    } catch let error as RuntimeError {
      throw fail((error.cause as? CoreTransportError)?.message ?? error.message)
    }
  }

  private func fail(_ message: String) -> ExitCode {
    FileHandle.standardError.write(Data("faced: \(message)\n".utf8))
    return ExitCode(1)
  }
}

enum Version {
  static let text = "0.2.0"
}
