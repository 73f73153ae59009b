import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

/// Many photographs over one stream: the daemon takes as many at a time as its workers need, answers in any order, and the
/// answers are given in the order of the photographs.
struct FolderIdentification: Sendable {
  /// Everything but the photograph.
  let template: Faced_V1_IdentifyRequest
  /// The most bytes of a photograph.
  let limit: Int
  /// Whether photographs are kept until they are given, to be drawn.
  let keepsPhotographs: Bool

  struct Answer: Sendable {
    let response: Faced_V1_IdentifyResponse
    let photo: Data?
  }

  /// - Parameter give: takes an answer and says whether it was one.
  /// - Returns: whether every item had an answer.
  func run(
    _ items: [WalkItem], over service: Faced_V1_RecognitionService.Client<some ClientTransport>,
    give: @escaping @Sendable (RawPath, Result<Answer, PhotographQuestions.Refused>) -> Bool
  ) async throws -> Bool {
    let order = Order(items, give)
    try await service.identifyStream { writer in
      for (index, item) in items.enumerated() {
        switch read(item) {
        case .failure(let refusal): order.settle(index, .failure(.init(error: ErrorOutput(refusal))))
        case .success(let photo):
          order.sent(index, keepsPhotographs ? photo : nil)
          var request = template
          request.photo = photo
          try await writer.write(request)
        }
      }
    } onResponse: { response in
      for try await message in response.messages { try order.answered(message) }
    }
    return order.finish()
  }

  private func read(_ item: WalkItem) -> Result<Data, Refusal> {
    switch item {
    case .photograph(let photograph): PhotographFile.read(photograph.path, limit: limit)
    case .leftOut(_, let refusal): .failure(refusal)
    }
  }
}

/// Puts answers into the order of the photographs. Given out under its lock, one after the other.
private final class Order: Sendable {
  typealias Outcome = Result<FolderIdentification.Answer, PhotographQuestions.Refused>

  private struct State {
    /// The item of each request of the stream, and its photograph.
    var requests: [(item: Int, photo: Data?)] = []
    var waiting: [Int: Outcome] = [:]
    var given = 0
    var isComplete = true
  }

  private let items: [WalkItem]
  private let give: @Sendable (RawPath, Outcome) -> Bool
  private let state = Mutex(State())

  init(_ items: [WalkItem], _ give: @escaping @Sendable (RawPath, Outcome) -> Bool) {
    self.items = items
    self.give = give
  }

  func sent(_ item: Int, _ photo: Data?) { state.withLock { $0.requests.append((item, photo)) } }

  /// - Throws: what is wrong with every photograph's question.
  func answered(_ message: Faced_V1_IdentifyStreamResponse) throws(Failure) {
    let request = state.withLock { state -> (item: Int, photo: Data?)? in
      guard let index = Int(exactly: message.index), state.requests.indices.contains(index) else { return nil }
      defer { state.requests[index].photo = nil }
      return state.requests[index]
    }
    guard let request else { return }
    switch message.result {
    case .identified(let response): settle(request.item, .success(.init(response: response, photo: request.photo)))
    case .problem(let problem):
      let failure = Failure(problem)
      guard failure.isAboutThePhotograph else { throw failure }
      settle(request.item, .failure(.init(error: ErrorOutput(failure))))
    case nil: settle(request.item, .failure(.init(error: ErrorOutput(Refusal.noAnswer))))
    }
  }

  func settle(_ item: Int, _ outcome: Outcome) {
    state.withLock { state in
      state.waiting[item] = outcome
      while let outcome = state.waiting.removeValue(forKey: state.given) {
        if !give(items[state.given].path, outcome) { state.isComplete = false }
        state.given += 1
      }
    }
  }

  /// - Returns: whether every item had an answer.
  func finish() -> Bool {
    for item in items.indices where state.withLock({ item >= $0.given && $0.waiting[item] == nil }) {
      settle(item, .failure(.init(error: ErrorOutput(Refusal.noAnswer))))
    }
    return state.withLock { $0.isComplete }
  }
}
