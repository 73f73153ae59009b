import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "How long a gallery keeps faces, and receipts of what was erased.",
    discussion: "The daemon erases faces that are older by itself, and identities that have no others.",
    subcommands: [Set.self, Show.self, Receipts.self])

  struct Output: Encodable {
    let gallery: String
    let days: Double?

    init(_ retention: Faced_V1_Retention) {
      gallery = retention.gallery.lastSegment
      days = retention.maxAgeSeconds == 0 ? nil : Double(retention.maxAgeSeconds) / 86_400
    }

    func print(json: Bool) {
      if json { return Terminal.printJSON(self) }
      Terminal.print(
        days.map { "gallery '\(gallery)' keeps faces for \(String(format: "%g", $0)) days" }
          ?? "gallery '\(gallery)' keeps faces until they are deleted")
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Erase faces this many days after they were enrolled.",
      discussion: "Faces already older are erased at once. --days 0 turns it off.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"
    @Option(help: "Days to keep a face, such as 30 or 0.5. 0 means for ever.") var days: Double
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      guard days >= 0, days <= 36_500 else { throw ValidationError("--days is 0 to 36500") }
      if days > 0 {
        try Confirmation.ask(
          toDelete: "everything older than \(days) days in gallery '\(gallery)', now and later", yes: yes)
      }
      let seconds = days == 0 ? 0 : max(1, Int64((days * 86_400).rounded()))
      let retention = try await shared.withDaemon { [gallery] client in
        try await Faced_V1_RetentionService.Client(wrapping: client).setRetention(
          .with {
            $0.gallery = ResourceName.gallery(gallery)
            $0.maxAgeSeconds = seconds
          })
      }
      Output(retention).print(json: shared.json)
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show how long a gallery keeps faces.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"

    func run() async throws {
      let retention = try await shared.withDaemon { [gallery] client in
        try await Faced_V1_RetentionService.Client(wrapping: client)
          .getRetention(.with { $0.gallery = ResourceName.gallery(gallery) })
      }
      Output(retention).print(json: shared.json)
    }
  }

  struct Receipts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what was erased, newest first: when and how many, without names.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "The gallery.") var gallery = "default"

    private struct Receipt: Encodable {
      let time: String
      let enrolledBefore: String
      let faces: Int64
      let identities: Int64
      let searchDeleted: String?
      let searchCompacted: String?

      private enum CodingKeys: String, CodingKey {
        case time, faces, identities
        case enrolledBefore = "enrolled_before"
        case searchDeleted = "search_deleted", searchCompacted = "search_compacted"
      }
    }

    func run() async throws {
      let receipts = try await shared.withDaemon { [gallery] client in
        try await Faced_V1_RetentionService.Client(wrapping: client)
          .listErasures(.with { $0.gallery = ResourceName.gallery(gallery) }).receipts
      }.map {
        Receipt(
          time: $0.time.iso8601, enrolledBefore: $0.enrolledBefore.iso8601, faces: $0.faceCount,
          identities: $0.identityCount,
          searchDeleted: $0.hasSearchDeleteTime ? $0.searchDeleteTime.iso8601 : nil,
          searchCompacted: $0.hasSearchCompactTime ? $0.searchCompactTime.iso8601 : nil)
      }
      if shared.json { return receipts.forEach { Terminal.printJSON($0) } }
      let searches = receipts.contains { $0.searchDeleted != nil }
      Terminal.printTable(
        ["ERASED", "ENROLLED BEFORE", "FACES", "IDENTITIES"] + (searches ? ["SEARCH SERVER", "ITS DISK"] : []),
        receipts.map { receipt in
          [receipt.time, receipt.enrolledBefore, String(receipt.faces), String(receipt.identities)]
            + (searches ? [receipt.searchDeleted ?? "", receipt.searchCompacted ?? ""] : [])
        })
    }
  }
}
