import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore
import ServiceLifecycle

/// One stream of requests: several at a time, answers as they come.
///
/// A place is taken before a request is read from the stream and given back when its answer has been written, so
/// a client that sends faster than faces are embedded, or does not read, is held back by flow control and not by
/// memory.
struct BulkAnswers<Request: Sendable, Answer: Sendable>: Sendable {
  /// Requests that are worked on at the same time.
  let places: Int
  /// - Parameter index: which request of the stream it is.
  let answer: @Sendable (_ index: Int, Request) async -> Answer

  func run(_ requests: RPCAsyncSequence<Request, any Error>, _ writer: RPCWriter<Answer>) async throws {
    let (free, freeing) = AsyncStream.makeStream(of: Void.self)
    let (answers, answering) = AsyncStream.makeStream(of: Answer.self)
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
          var index = 0
          for try await request in requests.cancelOnGracefulShutdown() {
            guard await place.next() != nil else { return }
            photographs.addTask { [index] in answering.yield(await answer(index, request)) }
            index += 1
          }
        }
        // What was taken has been answered; the rest is the client's to send to the next daemon.
        if Task.isShuttingDownGracefully {
          throw Failure(
            code: .unavailable, reason: .stopping,
            message: "the daemon is stopping; send again what has no answer when it is back"
          ).status
        }
      }
      try await group.waitForAll()
    }
  }
}

/// A stream waits its turn where other clients keep the workers busy: it must not lose photographs to them.
func patiently<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
  while true {
    do {
      return try await body()
    } catch let error as EngineError where error.reason == .busy {
    }
    try await Task.sleep(for: .milliseconds(50))
  }
}

extension Failure {
  /// Why one item of a stream could not be done.
  init(ofItem error: any Error) {
    switch error {
    case let error as EngineError: self.init(error)
    case let error as Failure: self = error
    default: self.init(code: .invalidArgument, reason: .invalidName, message: "\(error)")
    }
  }
}
