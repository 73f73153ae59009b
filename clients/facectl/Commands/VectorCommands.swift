import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

// What `identify` and `enroll` do with vectors in place of photographs.

extension IdentifyCommand {
  /// Vectors in one call.
  private static let step = 100

  /// - Parameter template: the request without its probes.
  func identify(_ file: String, _ template: Faced_V1_IdentifyRequest) async throws {
    try await shared.withDaemon { [self] client in
      guard let probes = try await table.rows(client) else { return }
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      for first in stride(from: 0, to: probes.rows.count, by: Self.step) {
        var request = template
        request.model = probes.model
        request.vectors = probes.rows[first..<min(first + Self.step, probes.rows.count)].map { row in
          .with { $0.values = row }
        }
        let answer = try await PhotographQuestions.patiently { [request] in try await service.identify(request) }
        for (row, face) in answer.faces.enumerated() {
          let one = Faced_V1_IdentifyResponse.with { ($0.faces, $0.model) = ([face], answer.model) }
          IdentifyOutput(file: "\(file):\(first + row)", .success(one))
            .print(json: shared.json, candidates: candidates != nil)
        }
      }
    }
  }
}

extension EnrollCommand {
  /// - Parameter template: the request without photograph and vector.
  func enrollVectors(_ template: Faced_V1_EnrollRequest) async throws {
    let summary = try await shared.withDaemon { [self] client in
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      guard let vectors = table.vectors, let probes = try await table.rows(client) else {
        return EnrollSummary(photographs: 0)
      }
      var summary = EnrollSummary(photographs: probes.rows.count)
      for (number, row) in probes.rows.enumerated() {
        var request = template
        (request.vector.values, request.model) = (row, probes.model)
        do {
          let answer = try await PhotographQuestions.patiently { [request] in try await service.enroll(request) }
          summary.add(answer, file: "\(vectors):\(number)")
        } catch let error as RPCError where Failure(error).isAboutOneFace {
          let failure = Failure(error)
          summary.refused.append(
            .init(file: "\(vectors):\(number)", reason: failure.reason, message: failure.message))
        }
      }
      return summary
    }
    summary.print(json: shared.json)
    if !summary.isComplete { throw Ending.someRefused.code }
  }
}
