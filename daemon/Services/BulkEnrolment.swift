import FaceAPI
import FaceEngine
import GRPCCore
import ServiceLifecycle

/// One enroll stream: several photographs at a time, answers as they come.
///
/// A place is taken before a photograph is read from the stream and given back when its answer has been written, so
/// a client that sends faster than faces are embedded, or does not read, is held back by flow control and not by
/// memory.
struct BulkEnrolment: Sendable {
  let engine: FaceEngine

  /// Enough in flight for every worker to have work while a batch is being synced to the disk.
  private var places: Int { 4 * engine.options.workers }

  func run(
    _ requests: RPCAsyncSequence<Faced_V1_EnrollRequest, any Error>, _ writer: RPCWriter<Faced_V1_EnrollStreamResponse>
  ) async throws {
    let (free, freeing) = AsyncStream.makeStream(of: Void.self)
    let (answers, answering) = AsyncStream.makeStream(of: Faced_V1_EnrollStreamResponse.self)
    for _ in 0..<places { freeing.yield() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await answer in answers {
          try await writer.write(answer)
          freeing.yield()
        }
      }
      group.addTask { [self] in
        defer { answering.finish() }
        try await withThrowingDiscardingTaskGroup { photographs in
          var place = free.makeAsyncIterator()
          for try await request in requests.cancelOnGracefulShutdown() {
            guard await place.next() != nil else { return }
            photographs.addTask { answering.yield(await answer(request)) }
          }
        }
        // What was taken has been answered; the rest is the client's to send to the next daemon.
        if Task.isShuttingDownGracefully {
          throw Failure(
            code: .unavailable, reason: "STOPPING",
            message: "the daemon is stopping; send again what has no answer when it is back"
          ).status
        }
      }
      try await group.waitForAll()
    }
  }

  private func answer(_ request: Faced_V1_EnrollRequest) async -> Faced_V1_EnrollStreamResponse {
    var response = Faced_V1_EnrollStreamResponse()
    response.requestID = request.requestID
    do {
      guard !request.requestID.isEmpty else {
        throw Failure.invalidArgument(
          "every request of a stream needs a request_id: it names the answer", field: "request_id")
      }
      response.enrolled = try await enrollPatiently(request)
    } catch let error as EngineError {
      response.problem = Failure(error).problem
    } catch let error as Failure {
      response.problem = error.problem
    } catch {
      response.problem = Failure(code: .invalidArgument, reason: "INVALID_NAME", message: "\(error)").problem
    }
    return response
  }

  /// A stream waits its turn where other clients keep the workers busy: it must not lose photographs to them.
  private func enrollPatiently(_ request: Faced_V1_EnrollRequest) async throws -> Faced_V1_EnrollResponse {
    while true {
      do {
        return try await engine.answer(request)
      } catch let error as EngineError where error.reason == "BUSY" {
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
