internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import Logging

// One task keeps the search server as the store says. It sends what is pending, compares what is doubtful, and goes on after an
// outage. What it does twice does no harm: it always writes what the store says by now.

extension FaceEngine {
  /// Between two looks at whether the server is there, at whether it has lost much, and two whole comparisons.
  private static let (look, glance, comparison) = (Duration.seconds(1), Duration.seconds(60), Duration.seconds(86_400))
  /// A model that another daemon may still answer with is kept this long.
  private static let patience = Duration.seconds(60)

  /// How the search server is; nil where vectors are in memory.
  public var searchStatus: SearchStatus? { search?.status(currentView().models.flatMap(\.servedIndexes)) }

  /// Keeps the server up to date until the task is cancelled.
  func keepSearch() async {
    guard let search else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          search.hurry()
          try? await Task.sleep(for: .milliseconds(500))
        }
      }
      group.addTask { [self] in await compactAgainAndAgain(search) }
      var round = SearchRound(search: search, store: store)
      let start = ContinuousClock.now
      var (looked, glanced, compared, tidied) = (start, start, start, start)
      for await _ in search.turns where !Task.isCancelled {
        let models = currentView().models
        do throws(SearchServerError) {
          try await round.make(models)
          if .now - looked > Self.look {
            looked = .now
            for model in models { try await search.server.check(model.id) }
          }
          search.note(failure: nil)
          try await round.answer(with: models[0].id)
          try await round.send(models)
          if .now - compared > Self.comparison {
            compared = .now
            for index in models.flatMap(\.servedIndexes) { search.doubt(index) }
          }
          try await round.compare(models)
          if .now - glanced > Self.glance {
            glanced = .now
            try await round.glance(models)
          }
          if round.changed(models) { tidied = .now + Self.patience }
          if .now > tidied {
            try await search.server.keepOnly(Set(models.map(\.id)))
            tidied = .now + Self.comparison
          }
        } catch {
          guard error.code != .storeFailed else { continue }
          round.startAgain()
          search.note(failure: error.message)
        }
      }
      group.cancelAll()
    }
  }

  /// Has what was deleted leave the server's disk.
  private func compactAgainAndAgain(_ search: SearchKeeper) async {
    while !Task.isCancelled {
      let due = search.failure == nil ? search.deletions : [:]
      for (model, turn) in due {
        do throws(SearchServerError) {
          try await search.server.compact(model)
          search.noteCompacted(model, upTo: turn, says: true)
        } catch {
          if error.code == .unsupported || error.code == .missing {
            search.noteCompacted(model, upTo: turn, says: error.code == .missing)
          } else {
            logger.warning("the search server has not compacted", metadata: ["reason": "\(error.message)"])
          }
        }
      }
      // Servers put up with a flush every ten seconds.
      try? await Task.sleep(for: due.isEmpty ? .milliseconds(200) : .seconds(10))
    }
  }

  /// Waits for a deletion to reach the search server; nil where vectors are in memory.
  ///
  /// - Parameter compacting: whether to wait until it has left the server's disk as well, for a while.
  func settleSearch(compacting: Bool = false) async -> SearchErasure? {
    guard let search else { return nil }
    let turn = search.nextTurn()
    search.hurry()
    var erasure = SearchErasure()
    for _ in 0..<(compacting ? 6_000 : 500) {
      guard search.failure == nil, !Task.isCancelled else { break }
      if erasure.deleted == nil, search.isSettled(currentView().models.flatMap(\.servedIndexes), upTo: turn) {
        erasure.deleted = Date()
      }
      if erasure.deleted != nil {
        guard compacting, let isCompacted = search.isCompacted else { break }
        if isCompacted {
          erasure.compacted = Date()
          break
        }
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return erasure
  }

  /// Waits until the search server has all faces of a model that is about to answer.
  func awaitSearch(of model: ServingModel, while isWanted: () -> Bool) async {
    guard search != nil else { return }
    while isWanted(), !Task.isCancelled {
      let isReady = model.servedIndexes.allSatisfy { index in
        index.withState { $0.pending.isEmpty && $0.missing == 0 && !$0.isDoubtful }
      }
      if isReady { return }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
}
