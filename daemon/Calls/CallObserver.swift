import FaceAPI
import GRPCCore
import SwiftProtobuf

/// What happened in a call, once it is over.
struct CallReport: Sendable {
  /// `faced.v1.RecognitionService/Identify`.
  let method: String
  let peer: String
  let requestID: String
  let status: Status.Code
  /// The reason of a failure (`NO_FACE`); empty where there is none.
  let reason: String
  let duration: Duration
  let facts: CallNotes.Facts
}

/// Whoever wants to know of every call: the log, the audit log, the metrics.
protocol CallListener: Sendable {
  func began(_ method: String)
  func ended(_ report: CallReport)
}

/// The outermost interceptor: follows each call from its first byte to its last, whatever becomes of it, and tells the
/// listeners once.
struct CallObserver: ServerInterceptor {
  let listeners: [any CallListener]

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    let notes = CallNotes(requestID: RequestID.of(request.metadata))
    let call = ObservedCall(context: context, notes: notes, listeners: listeners)
    call.begin()
    var request = request
    request.messages = RPCAsyncSequence(
      wrapping: request.messages.map { message in
        MessageNotes.note(request: message, in: notes)
        return message
      })
    do {
      var response = try await CallNotes.$current.withValue(notes) { [request] in try await next(request, context) }
      switch response.accepted {
      case .failure(var error):
        call.end(error)
        error.metadata.replaceOrAddString(notes.requestID, forKey: RequestID.key)
        response.accepted = .failure(error)
      case .success(var contents):
        contents.metadata.replaceOrAddString(notes.requestID, forKey: RequestID.key)
        contents.producer = Self.observed(contents.producer, call)
        response.accepted = .success(contents)
      }
      return response
    } catch {
      throw call.failed(error)
    }
  }

  private static func observed<Output: Sendable>(
    _ producer: @escaping @Sendable (RPCWriter<Output>) async throws -> Metadata, _ call: ObservedCall
  ) -> @Sendable (RPCWriter<Output>) async throws -> Metadata {
    { writer in
      do {
        let trailing = try await CallNotes.$current.withValue(call.notes) {
          try await producer(RPCWriter(wrapping: NotingWriter(writer: writer, notes: call.notes)))
        }
        call.end(nil)
        return trailing
      } catch {
        throw call.failed(error)
      }
    }
  }
}

/// One call on its way.
private struct ObservedCall: Sendable {
  let context: ServerContext
  let notes: CallNotes
  let listeners: [any CallListener]
  let start = ContinuousClock.now

  var method: String { context.descriptor.fullyQualifiedMethod }

  func begin() {
    for listener in listeners { listener.began(method) }
  }

  func end(_ error: RPCError?) {
    let report = CallReport(
      method: method, peer: Peer(context.remotePeer).host, requestID: notes.requestID,
      status: error.map { Status.Code($0.code) } ?? .ok, reason: error.map { Failure($0).reason } ?? "",
      duration: .now - start, facts: notes.read)
    for listener in listeners { listener.ended(report) }
  }

  /// Ends the call; the error as the client gets it.
  func failed(_ error: any Error) -> RPCError {
    var error = Self.rpcError(error)
    end(error)
    error.metadata.replaceOrAddString(notes.requestID, forKey: RequestID.key)
    return error
  }

  private static func rpcError(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: error
    case let error as any RPCErrorConvertible: RPCError(error)
    case is CancellationError: RPCError(code: .cancelled, message: "the call was cancelled")
    default:
      // What is not foreseen is the daemon's own fault, and its details are not the client's.
      RPCError(code: .internalError, message: "the daemon failed; its log says more", cause: error)
    }
  }
}

/// Looks at answers as they pass.
private struct NotingWriter<Output: Sendable>: RPCWriterProtocol {
  let writer: RPCWriter<Output>
  let notes: CallNotes

  func write(_ element: Output) async throws {
    MessageNotes.note(answer: element, in: notes)
    try await writer.write(element)
  }

  func write(contentsOf elements: some Sequence<Output>) async throws {
    for element in elements { try await write(element) }
  }
}
