import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at the daemon's settings, limits, disk, clock, models and galleries, and say what to do.",
    discussion: "Exits with 0 if there are only warnings, and with 5 if there is a problem.")

  @OptionGroup var shared: SharedOptions

  private struct Output: Encodable {
    let subject: String
    let weight: String
    let message: String
    let advice: String?
  }

  func run() async throws {
    let asked = Date()
    let (diagnosis, version) = try await shared.withDaemon { client in
      let service = Faced_V1_ServerService.Client(wrapping: client)
      return (try await service.diagnose(.init()), try await service.getServerStatus(.init()).version)
    }
    var findings = diagnosis.findings.map { finding in
      Output(
        subject: finding.subject, weight: Self.word(finding.weight), message: finding.message,
        advice: finding.advice.isEmpty ? nil : finding.advice)
    }
    findings.append(Self.clock(diagnosis.time.date.timeIntervalSince(asked)))
    if version != Version.text {
      findings.append(
        Output(
          subject: "version", weight: "warning", message: "the daemon is \(version), facectl is \(Version.text)",
          advice: "install the same version of both"))
    }
    if shared.json {
      for finding in findings { Terminal.printJSON(finding) }
    } else {
      Terminal.printTable(
        ["WHAT", "HOW", "WHY", "WHAT TO DO"],
        findings.map { [$0.subject, $0.weight, $0.message, $0.advice ?? ""] })
    }
    if findings.contains(where: { $0.weight == "problem" }) { Ending.exit(.unwell) }
  }

  private static func word(_ weight: Faced_V1_Finding.Weight) -> String {
    switch weight {
    case .problem: "problem"
    case .warning: "warning"
    default: "fine"
    }
  }

  private static func clock(_ difference: TimeInterval) -> Output {
    let seconds = Int(difference.rounded())
    guard abs(seconds) > 60 else {
      return Output(subject: "clock", weight: "fine", message: "the daemon's is \(seconds) s off this one", advice: nil)
    }
    return Output(
      subject: "clock", weight: "warning", message: "the daemon's is \(seconds) s off this one",
      advice: "synchronise both with a time server: tokens and dates depend on the clock")
  }
}
