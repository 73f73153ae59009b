import ArgumentParser
import FaceAPI
import GRPCCore
import SwiftProtobuf

struct ReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Move every enrolled face to another model.",
    subcommands: [Start.self, ShowStatus.self, Watch.self, Cancel.self])

  private typealias Job = Faced_V1_ReindexJob

  private struct Output: Encodable {
    let job: String
    let state: String
    let from: String
    let to: String
    let total: Int64
    let done: Int64
    let skipped: Int64
    let message: String

    init(_ job: Job) {
      self.job = job.name.lastSegment
      state = "\(job.state)".uppercased()
      from = job.fromModel.lastSegment
      to = job.toModel.lastSegment
      total = job.totalFaces
      done = job.doneFaces
      skipped = job.skippedFaces
      message = job.message
    }

    func print(json: Bool) {
      if json { return Terminal.printJSON(self) }
      var text = "job \(job): \(state.lowercased()), \(done) of \(total) faces under model \(to.prefix(12))"
      if skipped > 0 { text += ", \(skipped) without a crop were skipped: enroll them again" }
      Terminal.print(text + (message.isEmpty ? "" : " (\(message))"))
    }
  }

  struct Start: AsyncParsableCommand {
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The model: its digits, or the first few, from `model list`.") var model: String
    @Flag(help: "Wait until the job has ended, showing progress.") var watch = false

    func run() async throws {
      try await shared.withDaemon { [self] client in
        let service = Faced_V1_ModelService.Client(wrapping: client)
        let job = try await service.startReindex(.with { $0.model = "models/\(model)" })
        if watch { return try await ReindexCommand.follow(job.name, service, json: shared.json) }
        Output(job).print(json: shared.json)
      }
    }
  }

  /// Which job a sub-command is about.
  struct Target: ParsableArguments {
    @Argument(help: "The job's number; the newest otherwise.") var job = "latest"
    var resource: String { "reindexJobs/\(job)" }
  }

  struct ShowStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show a job.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      let job = try await shared.withDaemon { [target] client in
        try await Faced_V1_ModelService.Client(wrapping: client).getReindexJob(.with { $0.name = target.resource })
      }
      Output(job).print(json: shared.json)
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Follow a job until it has ended.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      try await shared.withDaemon { [self] client in
        try await ReindexCommand.follow(
          target.resource, Faced_V1_ModelService.Client(wrapping: client), json: shared.json)
      }
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop a running job; the active model stays.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      let job = try await shared.withDaemon { [target] client in
        try await Faced_V1_ModelService.Client(wrapping: client).cancelReindexJob(.with { $0.name = target.resource })
      }
      Output(job).print(json: shared.json)
    }
  }

  /// Shows a job until it has ended; ends with 1 unless it succeeded.
  private static func follow(
    _ name: String, _ service: Faced_V1_ModelService.Client<some ClientTransport>, json: Bool
  ) async throws {
    let last = try await service.watchReindexJob(.with { $0.name = name }) { response in
      var bar: ProgressBar?
      var last: Job?
      for try await job in response.messages {
        if json { Output(job).print(json: true) }
        if bar == nil { bar = ProgressBar(total: Int(job.totalFaces), unit: "faces", isShown: !json) }
        bar?.update(done: Int(job.doneFaces + job.skippedFaces))
        last = job
      }
      bar?.finish()
      return last
    }
    guard let last else { return }
    if !json { Output(last).print(json: false) }
    if last.state != .succeeded { throw ExitCode(1) }
  }
}
