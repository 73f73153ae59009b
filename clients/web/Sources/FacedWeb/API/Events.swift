import FaceAPI
import Foundation
import Hummingbird
import ServiceLifecycle
import SwiftProtobuf
import Synchronization

/// What happened through this server, told to whoever listens (server-sent events).
final class Events: Sendable {
  private struct Event: Encodable {
    let kind: String
    let name: String?
    let distance: Double?
    let time: String
  }

  /// A listener that reads slowly loses the oldest.
  private static let bufferedEvents = 256
  private static let maximumListeners = 64
  private let listeners = Mutex<[Int: AsyncStream<ByteBuffer>.Continuation]>([:])

  /// Tells of an answer that is worth telling: somebody identified, somebody unknown, somebody enrolled.
  func note(_ message: any Message, path: String) {
    switch message {
    case let answer as Faced_V1_IdentifyResponse:
      for face in answer.faces {
        let first = face.candidates.first
        let isKnown = face.decision == .identified
        send(isKnown ? "identified" : "unknown", isKnown ? first?.displayName : nil, first?.distance)
      }
    case let answer as Faced_V1_EnrollResponse where !answer.replayed && !answer.dryRun:
      send("enrolled", answer.identity.displayName, nil)
    default: break
    }
  }

  private func send(_ kind: String, _ name: String?, _ distance: Double?) {
    let event = Event(kind: kind, name: name, distance: distance, time: Date.now.formatted(.iso8601))
    guard let data = try? JSONEncoder().encode(event) else { return }
    let text = "event: \(kind)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    for listener in listeners.withLock({ Array($0.values) }) { listener.yield(ByteBuffer(string: text)) }
  }

  func response() -> Response {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(Self.bufferedEvents))
    let number = Int.random(in: 0...Int.max)
    let isTaken = listeners.withLock { listeners in
      guard listeners.count < Self.maximumListeners else { return false }
      listeners[number] = continuation
      return true
    }
    guard isTaken else {
      return HTTPFailure(.serviceUnavailable, "TOO_MANY_LISTENERS", "too many programs listen already").response
    }
    continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0[number] = nil } }
    continuation.yield(ByteBuffer(string: ": faced\n\n"))
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: .init(asyncSequence: stream.cancelOnGracefulShutdown()))
  }
}
