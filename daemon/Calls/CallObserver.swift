import FaceAPI
import FaceTypes
import GRPCCore
import SwiftProtobuf

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
      case .failure(let plain):
        var error = ObservedCall.explained(plain)
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
          try await producer(RPCWriter(wrapping: NotingWriter(writer: writer, call: call)))
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

  private var facts: CallStart {
    CallStart(
      method: context.descriptor.fullyQualifiedMethod, peer: Peer(context.remotePeer).host, requestID: notes.requestID)
  }

  func begin() {
    for listener in listeners { listener.began(context.descriptor.fullyQualifiedMethod) }
  }

  /// An answer is on its way to the client.
  func pass(_ answer: Any) {
    MessageNotes.note(answer: answer, in: notes)
    guard let own = MessageNotes.item(answer, caller: notes.read.caller) else { return }
    for listener in listeners { listener.passed(own, of: facts) }
  }

  func end(_ error: RPCError?) {
    let report = CallReport(
      call: facts, status: error.map { Status.Code($0.code) } ?? .ok, reason: error.map { Failure($0).reason } ?? "",
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
    case let error as RPCError: explained(error)
    case let error as any RPCErrorConvertible: RPCError(error)
    case is CancellationError: RPCError(code: .cancelled, message: "the call was cancelled")
    default:
      // What is not foreseen is the daemon's own fault, and its details are not the client's.
      RPCError(code: .internalError, message: "the daemon failed; see its log", cause: error)
    }
  }
}

extension ObservedCall {
  /// Every failure has a reason for programs, those that gRPC itself makes too.
  fileprivate static func explained(_ error: RPCError) -> RPCError {
    guard Failure(error).reason.isEmpty, error.metadata["grpc-status-details-bin"].first(where: { _ in true }) == nil
    else { return error }
    let reason: Reason
    switch error.code {
    // The generated code's: the bytes are not the message that the method takes, or there are none, or two.
    case .invalidArgument: reason = .undecodableRequest
    case .internalError where error.message.hasPrefix("Too many messages"): reason = .tooManyMessages
    case .internalError where error.message.hasPrefix("Empty stream"): reason = .noMessage
    case .resourceExhausted: reason = .messageTooLarge
    default: return error
    }
    var explained = RPCError(Failure(code: error.code, reason: reason, message: error.message).status)
    for (key, value) in error.metadata where key != "grpc-status-details-bin" {
      switch value {
      case .string(let text): explained.metadata.addString(text, forKey: key)
      case .binary(let bytes): explained.metadata.addBinary(bytes, forKey: key)
      }
    }
    return explained
  }
}

/// Looks at answers as they pass.
private struct NotingWriter<Output: Sendable>: RPCWriterProtocol {
  let writer: RPCWriter<Output>
  let call: ObservedCall

  func write(_ element: Output) async throws {
    call.pass(element)
    try await writer.write(element)
  }

  func write(contentsOf elements: some Sequence<Output>) async throws {
    for element in elements { try await write(element) }
  }
}
