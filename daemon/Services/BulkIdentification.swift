import FaceAPI
import FaceEngine
import GRPCCore

/// One identify stream.
struct BulkIdentification: Sendable {
  let engine: FaceEngine

  func run(
    _ requests: RPCAsyncSequence<Faced_V1_IdentifyRequest, any Error>,
    _ writer: RPCWriter<Faced_V1_IdentifyStreamResponse>
  ) async throws {
    // One at work and one at hand for each worker; more would only hold photographs in memory.
    try await BulkAnswers(places: 2 * engine.options.workers) { [self] index, request in
      var response = Faced_V1_IdentifyStreamResponse()
      response.index = Int64(index)
      do {
        let question = try IdentifyRequest(request)
        let result = try await patiently { () throws(EngineError) in try await engine.identify(question) }
        response.identified = .init(result, in: question.gallery)
      } catch {
        response.problem = Failure(ofItem: error).problem
      }
      return response
    }.run(requests, writer)
  }
}
