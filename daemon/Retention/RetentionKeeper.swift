import AuditLog
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Erases faces that are older than their gallery keeps them.
final class RetentionKeeper: Service {
  let engine: FaceEngine
  let file: RetentionFile
  let audit: AuditLog
  let logger: Logger
  private let turn = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// How often it looks, at least.
  private static let interval = Duration.seconds(600)

  init(engine: FaceEngine, file: RetentionFile, audit: AuditLog, logger: Logger) {
    (self.engine, self.file, self.audit, self.logger) = (engine, file, audit, logger)
  }

  /// Looks soon.
  func hurry() { turn.continuation.yield() }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { [self] in
          while !Task.isCancelled {
            hurry()
            try? await Task.sleep(for: Self.interval)
          }
        }
        for await _ in turn.stream {
          for policy in file.all where !Task.isCancelled { await keep(policy) }
        }
        group.cancelAll()
      }
    }
  }

  private func keep(_ policy: RetentionPolicy) async {
    do {
      let gallery = try GalleryID(policy.gallery)
      let record = try engine.galleries(after: nil, limit: 1_000).first { $0.id == gallery }
      guard record?.createdAt == policy.galleryCreated else {
        // It was deleted; another one of its name has not been given a retention.
        try await file.set(nil, of: policy.gallery)
        return
      }
      let before = Date(timeIntervalSinceNow: -TimeInterval(policy.maximumAgeSeconds))
      let erased = try await engine.eraseFaces(gallery, enrolledBefore: before)
      guard erased.faces > 0 else { return }
      try await file.append(
        ErasureReceipt(
          time: Date(), gallery: gallery.name, enrolledBefore: before, faces: erased.faces,
          identities: erased.identities, searchDeleted: erased.search?.deleted,
          searchCompacted: erased.search?.compacted))
      var event = AuditEvent(who: "retention", from: "local", verb: "Retention/Erase", status: "ok", request: "")
      event.gallery = gallery.name
      event.decision = "erased \(erased.faces) faces"
      audit.append(event)
      logger.info(
        "retention",
        metadata: ["gallery": "\(gallery)", "faces": "\(erased.faces)", "identities": "\(erased.identities)"])
    } catch {
      // It is tried again at the next look.
      let reason = (error as? EngineError)?.message ?? (error as? FileError)?.message ?? "\(error)"
      logger.error(
        "faces past their time could not be erased", metadata: ["gallery": "\(policy.gallery)", "reason": "\(reason)"])
    }
  }
}
