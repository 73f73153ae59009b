import CoreTransport
import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore
import SwiftProtobuf

/// The one place that decides who may call what: peer, token and certificate become a `Caller`, and the method's rule
/// is held against it before any byte of the request is read.
struct AccessInterceptor: ServerInterceptor {
  let authenticator: Authenticator
  let brake: RefusalBrake

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    let rule = MethodRules.rule(context.descriptor.fullyQualifiedMethod)
    if case .open = rule { return try await next(request, context) }
    let peer = Peer(context.remotePeer)
    let caller: Caller
    do throws(Failure) {
      let known = try authenticator.caller(request.metadata, peer, context)
      caller = known
      CallNotes.current?.note { $0.caller = known.name }
      try Self.check(caller, rule)
    } catch {
      throw await held(error, peer)
    }
    var request = request
    let deadline = (context.transportSpecific as? CoreServerContext)?.deadline
    if case .scope(_, .namedGalleries) = rule, caller.galleries != nil {
      request.messages = limited(request.messages, to: caller, peer)
    }
    return try await RequestDeadline.$current.withValue(deadline) { [request] in
      try await Self.serve(as: caller, request, context, next)
    }
  }

  /// Refuses the first message that names a gallery which is not the caller's.
  private func limited<Input: Sendable>(
    _ messages: RPCAsyncSequence<Input, any Error>, to caller: Caller, _ peer: Peer
  ) -> RPCAsyncSequence<Input, any Error> {
    RPCAsyncSequence(
      wrapping: messages.map { message in
        let galleries = (message as? any Message).map(NamedGalleries.galleries) ?? [""]
        if let other = galleries.sorted().first(where: { !caller.mayReach($0) }) {
          throw await held(
            Failure(
              code: .permissionDenied, reason: .galleryForbidden,
              message: "your token does not allow gallery '\(other)'; ask the operator for one that does"), peer)
        }
        return message
      })
  }

  private static func check(_ caller: Caller, _ rule: MethodRules.Rule) throws(Failure) {
    guard case .scope(let scope, let reach) = rule else { return }
    guard caller.has(scope) else {
      throw Failure(
        code: .permissionDenied, reason: .scopeMissing,
        message: "this needs the scope '\(scope.rawValue)', which your token does not have; ask the operator for one")
    }
    if case .everything = reach, caller.galleries != nil {
      throw Failure(
        code: .permissionDenied, reason: .galleryForbidden,
        message: "this needs a token for all galleries, and yours is for some only; ask the operator for another one")
    }
  }

  private func held(_ failure: Failure, _ peer: Peer) async -> RPCError {
    let inTime = await brake.hold(peer.host)
    return RPCError(
      inTime
        ? failure.status
        : Failure(
          code: .resourceExhausted, reason: .tooManyRefusals,
          message: "too many refused calls from this address; wait a minute, and use a good token"
        ).status)
  }

  /// Runs the method, and what it answers later as a stream, as the caller.
  private static func serve<Input: Sendable, Output: Sendable>(
    as caller: Caller, _ request: StreamingServerRequest<Input>, _ context: ServerContext,
    _ next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    var response = try await Caller.$current.withValue(caller) { try await next(request, context) }
    guard case .success(var contents) = response.accepted else { return response }
    let producer = contents.producer
    contents.producer = { writer in
      try await Caller.$current.withValue(caller) { try await producer(writer) }
    }
    response.accepted = .success(contents)
    return response
  }
}
