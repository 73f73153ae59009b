internal import Dispatch
internal import FaceStore
internal import FaceTypes
internal import Logging

extension FaceEngine {
  /// Reads the whole store, slowly, again and again, until the task is cancelled.
  func scrubAgainAndAgain() async {
    let options = options.scrub
    // PostgreSQL looks after its own pages.
    guard options.bytesPerSecond > 0, !store.isShared else { return }
    try? await Task.sleep(for: options.delay)
    while !Task.isCancelled {
      scrubbing.begin()
      let isWhole = await scrubOnce(options)
      scrubbing.end(isWhole: isWhole)
      try? await Task.sleep(for: options.rest)
    }
  }

  /// - Returns: whether it came to the end.
  private func scrubOnce(_ options: ScrubOptions) async -> Bool {
    var last: GalleryID?
    do throws(EngineError) {
      while !Task.isCancelled {
        let page = try galleries(after: last, limit: 100)
        for gallery in page { try await scrub(gallery.id, options) }
        guard page.count == 100 else { return !Task.isCancelled }
        last = page.last?.id
      }
    } catch {
      // The rest is read at the next pass; what stopped this one is said.
      logger.error("the store could not be checked", metadata: ["reason": "\(error.message)"])
    }
    return false
  }

  private func scrub(_ gallery: GalleryID, _ options: ScrubOptions) async throws(EngineError) {
    var next: FaceID? = FaceID(1)
    while let from = next, !Task.isCancelled {
      let step: ScrubStep
      do throws(StoreError) {
        step = try await onUtilityThread { [store] () throws(StoreError) in try store.scrub(gallery, from: from) }
      } catch {
        // Deleted meanwhile.
        if error.code == .notFound { return }
        throw EngineError(error)
      }
      for damage in scrubbing.take(step) {
        logger.error(
          "a face cannot be read whole; restore a backup, or `faced repair` keeps the rest",
          metadata: ["gallery": "\(gallery)", "face": "\(damage.face)", "part": "\(damage.part)"])
      }
      next = step.next
      let seconds = Double(step.bytes) / Double(options.bytesPerSecond)
      try? await Task.sleep(for: .seconds(max(seconds, 0.001)))
    }
  }

  /// Runs what waits for the disk apart from Swift's few threads.
  private func onUtilityThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        do throws(StoreError) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}
