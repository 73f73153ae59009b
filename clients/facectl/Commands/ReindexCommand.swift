import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct ReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Move every enrolled face to another model.",
    subcommands: [
      Start.self, ShowStatus.self, Watch.self, Pause.self, Resume.self, Cancel.self, Rollback.self,
      Compare.self, Drop.self,
    ])

  typealias Job = Faced_V1_ReindexJob

  struct Output: Encodable {
    let job: String
    let state: String
    let from: String
    let to: String
    let total: Int64
    let done: Int64
    let reused: Int64
    let skipped: Int64
    let compared: Int64
    let agreeing: Int64
    let facesPerSecond: Double?
    let remainingSeconds: Double?
    let follows: Bool
    let message: String

    init(_ job: Job) {
      self.job = job.name.lastSegment
      state = Self.word(job.state)
      from = job.fromModel.lastSegment
      to = job.toModel.lastSegment
      total = job.totalFaces
      done = job.doneFaces
      reused = job.reusedFaces
      skipped = job.skippedFaces
      compared = job.comparedFaces
      agreeing = job.agreeingFaces
      facesPerSecond = job.hasFacesPerSecond ? job.facesPerSecond : nil
      remainingSeconds = job.hasRemainingSeconds ? job.remainingSeconds : nil
      follows = job.follows
      message = job.message
    }

    private static func word(_ state: Job.State) -> String {
      state == .awaitingDecision ? "AWAITING_DECISION" : "\(state)".uppercased()
    }

    func print(json: Bool) {
      if json { return Terminal.printJSON(self) }
      var text = "job \(job): \(state.lowercased()), \(done) of \(total) faces under model \(to.prefix(12))"
      if reused > 0 { text += ", \(reused) of them were already there" }
      if let facesPerSecond, let remainingSeconds {
        text += String(format: ", %.0f a second, %.0f s left", facesPerSecond, remainingSeconds)
      }
      if skipped > 0 { text += ", \(skipped) without a usable crop were skipped: enroll them again" }
      Terminal.print(text + (message.isEmpty ? "" : " (\(message))"))
    }
  }

  struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start to embed every face with another model.")
    @OptionGroup var shared: SharedOptions
    @Argument(help: "The model: its digits, or the first few, from `model list`.") var model: String
    @Flag(help: "Wait until the job has ended, showing progress.") var watch = false
    @Option(help: "The share of compared faces that must agree; below it the job fails. [ask below 0.8]")
    var requireAgreement: Double?
    @Flag(help: "Stop before the switch in any case; `reindex compare` shows what would change, `resume` switches.")
    var ask = false
    @Option(help: "Workers that the job uses, each of them one core. [half of the daemon's]") var workers: Int32?

    func run() async throws {
      try await shared.withDaemon { [self] client in
        let service = Faced_V1_ModelService.Client(wrapping: client)
        let job = try await service.startReindex(
          .with {
            $0.model = ResourceName.model(model)
            if let requireAgreement { $0.requiredAgreement = requireAgreement }
            $0.maxWorkers = workers ?? 0
            $0.askBeforeSwitch = ask
          })
        if watch { return try await ReindexCommand.follow(job.name, service, json: shared.json) }
        Output(job).print(json: shared.json)
      }
    }
  }

  /// Which job a sub-command is about.
  struct Target: ParsableArguments {
    @Argument(help: "The job's number; the newest otherwise.") var job = "latest"
    var resource: String { ResourceName.reindexJob(job) }
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

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Pause a job; it stays paused over restarts.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      let job = try await shared.withDaemon { [target] client in
        try await Faced_V1_ModelService.Client(wrapping: client).pauseReindexJob(.with { $0.name = target.resource })
      }
      Output(job).print(json: shared.json)
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Resume a paused job, or switch where a job asks whether to.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var target: Target

    func run() async throws {
      let job = try await shared.withDaemon { [target] client in
        try await Faced_V1_ModelService.Client(wrapping: client).resumeReindexJob(.with { $0.name = target.resource })
      }
      Output(job).print(json: shared.json)
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Go back to the model before the last switch.",
      discussion: """
        Its vectors are kept for a while, which `model list` says, and until a third model answers. Faces enrolled since \
        are embedded under it.
        """
    )
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Wait until the job has ended, showing progress.") var watch = false

    func run() async throws {
      try await shared.withDaemon { [self] client in
        let service = Faced_V1_ModelService.Client(wrapping: client)
        let job = try await service.rollBackReindex(.init())
        if watch { return try await ReindexCommand.follow(job.name, service, json: shared.json) }
        Output(job).print(json: shared.json)
      }
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
