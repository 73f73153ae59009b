import FaceAPI
import FaceTypes
import Foundation
import GRPCCore

/// One call for each of many photographs, several of them under way at a time, answered in their order.
enum PhotographQuestions {
  /// Enough for the daemon's workers never to wait for the next file to be read.
  private static let window = 8

  /// Why a photograph has no answer.
  struct Refused: Error, Sendable {
    let error: ErrorOutput
  }

  /// - Parameters:
  ///   - limit: the most bytes of a photograph.
  ///   - give: prints an answer and says whether it was one.
  /// - Returns: whether every item had an answer.
  /// - Throws: where the daemon cannot be asked at all, or not so; a photograph that is refused is given as such.
  static func ask<Answer: Sendable>(
    _ items: [WalkItem], limit: Int, _ call: @Sendable @escaping (Data) async throws -> Answer,
    give: (RawPath, Result<Answer, Refused>) -> Bool
  ) async throws -> Bool {
    try await withThrowingTaskGroup(of: (Int, Result<Answer, Refused>).self) { group in
      var next = 0
      var given = 0
      var isComplete = true
      var waiting: [Int: Result<Answer, Refused>] = [:]
      while given < items.count {
        while next < items.count, next < given + window {
          let (index, item) = (next, items[next])
          group.addTask { (index, try await answer(item, limit: limit, call)) }
          next += 1
        }
        guard let (index, result) = try await group.next() else { break }
        waiting[index] = result
        while let result = waiting.removeValue(forKey: given) {
          if !give(items[given].path, result) { isComplete = false }
          given += 1
        }
      }
      return isComplete
    }
  }

  private static func answer<Answer>(
    _ item: WalkItem, limit: Int, _ call: (Data) async throws -> Answer
  ) async throws -> Result<Answer, Refused> {
    let read: Result<Data, Refusal> =
      switch item {
      case .photograph(let photograph): PhotographFile.read(photograph.path, limit: limit)
      case .leftOut(_, let refusal): .failure(refusal)
      }
    switch read {
    case .failure(let refusal): return .failure(Refused(error: ErrorOutput(refusal)))
    case .success(let photo):
      do {
        return .success(try await patiently { try await call(photo) })
      } catch let error as RPCError where Failure(error).isAboutThePhotograph {
        return .failure(Refused(error: ErrorOutput(Failure(error))))
      }
    }
  }

  /// Asks again as long as the daemon has no place for the question: whoever asks about a folder would lose photographs.
  static func patiently<Answer>(_ call: () async throws -> Answer) async throws -> Answer {
    var pause = Duration.milliseconds(20)
    while true {
      do {
        return try await call()
      } catch let error as RPCError where error.code == .resourceExhausted && Failure(error).known == .busy {
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(1))
      }
    }
  }
}

extension Faced_V1_ServerService.Client {
  /// The most bytes of a photograph, which the daemon alone knows.
  func photographLimit() async throws -> Int {
    do {
      return Int(try await getServerStatus(.init()).maxPhotoBytes)
    } catch let error as RPCError where error.code == .permissionDenied || error.code == .unimplemented {
      // Whoever may not ask for it learns by the refusal of a photograph; this only bounds what is read.
      return 1 << 30
    }
  }
}
