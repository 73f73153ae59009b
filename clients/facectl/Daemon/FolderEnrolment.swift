import FaceAPI
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

/// Many photographs over one stream: the daemon takes as many at a time as it has places for, and answers in any order.
struct FolderEnrolment: Sendable {
  /// Everything but the photograph, and the name where each folder has its own.
  let template: Faced_V1_EnrollRequest
  let again: Bool
  /// The most bytes of a photograph.
  let limit: Int
  let isShown: Bool

  func run(
    _ items: [WalkItem], over service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws -> (EnrollSummary, EnrollSheet) {
    let salt = again ? UUID().uuidString : ""
    let state = SharedProgress(Progress(items: items, isShown: isShown))
    try await stream(Array(items.indices), of: items, salt, state, over: service)
    // Where no face stands out, the person's other pictures can tell which it is, and they are enrolled now.
    let unclear = state.withLock { $0.takeUnclear() }
    if !unclear.isEmpty { try await stream(unclear, of: items, salt, state, over: service) }
    return state.withLock { $0.finish() }
  }

  private func stream(
    _ indices: [Int], of items: [WalkItem], _ salt: String, _ state: SharedProgress,
    over service: Faced_V1_RecognitionService.Client<some ClientTransport>
  ) async throws {
    try await service.enrollStream { writer in
      for index in indices {
        switch prepared(items[index], salt) {
        case .failure(let refusal): state.withLock { $0.refuse(index, refusal) }
        case .success(let request):
          state.withLock { $0.sent(index, request.requestID) }
          try await writer.write(request)
        }
      }
    } onResponse: { response in
      for try await message in response.messages {
        state.withLock { $0.answered(message) }
      }
    }
  }

  private func prepared(_ item: WalkItem, _ salt: String) -> Result<Faced_V1_EnrollRequest, Refusal> {
    guard case .photograph(let photograph) = item else {
      guard case .leftOut(_, let refusal) = item else { return .failure(.notFound) }
      return .failure(refusal)
    }
    return PhotographFile.read(photograph.path, limit: limit).map { bytes in
      var request = template
      if let identity = photograph.identity { request.displayName = identity.text }
      if let face = photograph.face { request.box = face.message }
      request.photo = bytes
      request.source = Self.source(photograph.path)
      request.requestID = RequestID.of(request, salt: salt)
      return request
    }
  }

  /// The file's name, within the bytes that the API takes.
  private static func source(_ path: RawPath) -> String {
    var name = String.UnicodeScalarView()
    var bytes = 0
    for scalar in Printable.line(path.lastComponent).unicodeScalars {
      bytes += String(scalar).utf8.count
      guard bytes <= RequestLimits.sourceBytes else { break }
      name.append(scalar)
    }
    return String(name)
  }
}

/// The progress, told by the answers and by the sending of requests.
private final class SharedProgress: Sendable {
  private let progress: Mutex<Progress>

  init(_ progress: sending Progress) { self.progress = Mutex(progress) }

  func withLock<Value: Sendable>(_ body: (inout Progress) -> Value) -> Value {
    progress.withLock { body(&$0) }
  }
}

/// What is known of a running enrolment.
private struct Progress {
  private var summary: EnrollSummary
  private var sheet = EnrollSheet()
  private var bar: ProgressBar
  private var indices: [String: [Int]] = [:]
  private let items: [WalkItem]
  private var done = 0
  /// Photographs to be sent once more, at the end.
  private var unclear: [Int] = []
  private var isLastRound = false

  init(items: [WalkItem], isShown: Bool) {
    self.items = items
    summary = EnrollSummary(
      photographs: items.count {
        if case .photograph = $0 { true } else { false }
      })
    bar = ProgressBar(total: items.count, unit: "photos", isShown: isShown)
  }

  mutating func sent(_ index: Int, _ requestID: String) { indices[requestID, default: []].append(index) }

  mutating func takeUnclear() -> [Int] {
    isLastRound = true
    defer { unclear = [] }
    return unclear.sorted()
  }

  mutating func refuse(_ index: Int, _ refusal: Refusal) {
    sheet.add(index, .refused(reason: refusal.reason))
    summary.refused.append(.init(file: items[index].path.text, reason: refusal.reason, message: refusal.message))
    advance()
  }

  mutating func answered(_ message: Faced_V1_EnrollStreamResponse) {
    guard let index = indices[message.requestID]?.popLast() else { return }
    switch message.result {
    case .enrolled(let enrolled):
      summary.add(enrolled, file: items[index].path.text)
      let isOld = enrolled.replayed || enrolled.alreadyEnrolled
      sheet.add(index, .enrolled(name: enrolled.identity.displayName, before: isOld))
    case .problem(let problem) where Failure(problem).known == .severalFaces && !isLastRound:
      unclear.append(index)
      return
    case .problem(let problem):
      return refuse(index, Refusal(reason: problem.reason, message: problem.message))
    case nil:
      return refuse(index, .noAnswer)
    }
    advance()
  }

  mutating func finish() -> (EnrollSummary, EnrollSheet) {
    bar.finish()
    for index in indices.values.joined() {
      refuse(index, .noAnswer)
    }
    summary.refused.sort { $0.file < $1.file }
    return (summary, sheet)
  }

  private mutating func advance() {
    done += 1
    bar.update(done: done, note: summary.refused.isEmpty ? "" : "\(summary.refused.count) refused")
  }
}
