import ArgumentParser
import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

extension IdentityCommand {
  struct Apart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Note that two identities who look alike are different people.",
      discussion: """
        `facectl check gallery` then does not take them for one person, an enrolment of one is not found to look like the \
        other, and `identify` says so where it cannot tell them apart. Without names it lists who is kept apart.
        """)

    @OptionGroup var shared: SharedOptions
    @Argument(help: "Two identities, each by name or by number as #124.") var identities: [String] = []
    @Option(help: "The gallery.") var gallery = "default"
    @Flag(help: "Forget the note.") var forget = false

    private struct Output: Encodable {
      let first: String
      let second: String
    }

    func validate() throws {
      guard identities.count == 2 || (identities.isEmpty && !forget) else {
        throw ValidationError("give two identities, or none to list who is kept apart")
      }
    }

    func run() async throws {
      if identities.isEmpty { return try await list() }
      let choices = try identities.map { try Faced_V1_IdentityChoice(typed: $0, in: gallery) }
      let output = Output(first: identities[0], second: identities[1])
      try await shared.withDaemon { [forget] client in
        let service = Faced_V1_ReviewService.Client(wrapping: client)
        if forget {
          _ = try await service.forgetApart(.with { ($0.first, $0.second) = (choices[0], choices[1]) })
        } else {
          _ = try await service.keepApart(.with { ($0.first, $0.second) = (choices[0], choices[1]) })
        }
      }
      if shared.json { return Terminal.printJSON(output) }
      Terminal.print("'\(output.first)' and '\(output.second)' are \(forget ? "no longer kept apart" : "kept apart")")
    }

    private func list() async throws {
      let pairs = try await shared.withDaemon { [gallery] client in
        let service = Faced_V1_ReviewService.Client(wrapping: client)
        return try await everyPage { token in
          let response = try await service.listApart(
            .with { ($0.parent, $0.pageSize, $0.pageToken) = (ResourceName.gallery(gallery), largestPage, token) })
          return (response.pairs, response.nextPageToken)
        }
      }.map { Output(first: $0.firstDisplayName, second: $0.secondDisplayName) }
      if shared.json { return pairs.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(["IDENTITY", "KEPT APART FROM"], pairs.map { [$0.first, $0.second] })
    }
  }
}
