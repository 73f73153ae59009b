import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore

/// One enroll stream.
struct BulkEnrolment: Sendable {
  let engine: FaceEngine

  func run(
    _ requests: RPCAsyncSequence<Faced_V1_EnrollRequest, any Error>, _ writer: RPCWriter<Faced_V1_EnrollStreamResponse>
  ) async throws {
    // Enough in flight for every worker to have work while a batch is being synced to the disk.
    try await BulkAnswers(places: 4 * engine.options.workers) { [self] _, request in await answer(request) }
      .run(requests, writer)
  }

  private func answer(_ request: Faced_V1_EnrollRequest) async -> Faced_V1_EnrollStreamResponse {
    var response = Faced_V1_EnrollStreamResponse()
    response.requestID = request.requestID
    do {
      guard !request.requestID.isEmpty else {
        throw Failure.invalidArgument(
          "every request of a stream needs a request_id: it names the answer", field: "request_id")
      }
      response.enrolled = try await patiently { try await engine.answer(request) }
    } catch {
      response.problem = Failure(ofItem: error).problem
    }
    return response
  }
}
