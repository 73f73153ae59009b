import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

struct IdentifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identify", abstract: "Say who is in photographs, or that nobody known is.",
    discussion: """
      PATHS are photographs, or folders of them. Every face of a photograph is answered, largest first; --largest \
      answers for that one alone. With --vectors each row of a .npy file is answered, in their order.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "Photographs, or folders of them.") var paths: [String] = []
  @OptionGroup var table: VectorOptions
  @OptionGroup var smallest: MinimumFaceOption
  @Option(help: "The gallery to search.") var gallery = "default"
  @Option(help: "The number of candidates to list for each face, 1 to 100. [with --json 5]") var candidates: Int32?
  @Option(
    help:
      "The false positive rate: the share of strangers identified as somebody, between 0 and 1; the daemon's default otherwise."
  )
  var falsePositiveRate: Double?
  @Option(help: "A squared distance to use as the threshold instead, 0 to 4.") var threshold: Double?
  @Option(help: "Search only this identity; may be given several times.") var only: [String] = []
  @Option(help: "Search only those that have this label, as KEY=VALUE; may be given several times.")
  var label: [String] = []
  @Option(help: "Leave this identity out; may be given several times.") var except: [String] = []
  @Flag(help: "Answer only for the largest face of each photograph.") var largest = false

  @Option(help: "A new PNG or HTML file for a sheet of the photographs with their answers.") var sheet: String?

  func validate() throws {
    try table.check(without: paths.isEmpty, "give photographs or folders of them, or --vectors FILE.npy")
    if table.vectors != nil, sheet != nil { throw ValidationError("vectors have no pictures to draw on --sheet") }
    if let candidates, !(1...Int32(RequestLimits.candidates)).contains(candidates) {
      throw ValidationError("--candidates is a number from 1 to \(RequestLimits.candidates)")
    }
    if let threshold, !(0...4).contains(threshold) { throw ValidationError("--threshold must be between 0 and 4") }
    if let falsePositiveRate, !(falsePositiveRate > 0 && falsePositiveRate < 1) {
      throw ValidationError("--false-positive-rate must be between 0 and 1")
    }
    if threshold != nil, falsePositiveRate != nil {
      throw ValidationError("give either --threshold or --false-positive-rate: each sets the threshold")
    }
  }

  func run() async throws {
    try SheetFile.check(sheet)
    var template = Faced_V1_IdentifyRequest()
    template.gallery = ResourceName.gallery(gallery)
    template.maxCandidates = candidates ?? 5
    template.selection = largest ? .largest : .all
    if let face = smallest.message { template.minimumFace = face }
    if let falsePositiveRate { template.falsePositiveRate = falsePositiveRate }
    if let threshold { template.threshold = threshold }
    template.labels = try LabelTexts.read(label)
    for text in only {
      switch try IdentityReference(typed: text) {
      case .id(let id): template.identities.append(ResourceName.identity(id, in: gallery))
      case .named(let name): template.displayNames.append(name.text)
      }
    }
    for text in except {
      switch try IdentityReference(typed: text) {
      case .id(let id): template.excludedIdentities.append(ResourceName.identity(id, in: gallery))
      case .named(let name): template.excludedDisplayNames.append(name.text)
      }
    }
    if let vectors = table.vectors { return try await identify(vectors, template) }
    let items = Walk.items(of: paths, .given)
    let isComplete = try await shared.withDaemon { [self, template] client in
      let limit = try await Faced_V1_ServerService.Client(wrapping: client).photographLimit()
      let drawn = try sheet.map { path throws(CommandFailure) in try IdentifySheet(path, title: "who is this?") }
      let questions = FolderIdentification(template: template, limit: limit, keepsPhotographs: drawn != nil)
      let isComplete = try await questions.run(items, over: Faced_V1_RecognitionService.Client(wrapping: client)) {
        [json = shared.json, candidates] path, result in
        let output = IdentifyOutput(file: path.text, result.map(\.response))
        output.print(json: json, candidates: candidates != nil)
        if case .success(let answer) = result, let photo = answer.photo { drawn?.add(photo, output) }
        return output.error == nil
      }
      try drawn?.finish()
      return isComplete
    }
    if !isComplete { throw Ending.someRefused.code }
  }
}
