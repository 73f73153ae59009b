import CoreMetrics
import FaceEngine
import FaceStore
import Foundation

/// What is looked up when somebody asks for the metrics, rather than counted on the way.
struct Gauges: Sendable {
  let engine: FaceEngine

  func update() {
    set("faced.start.time.seconds", engine.startedAt.timeIntervalSince1970)
    if let totals = try? engine.statistics() {
      set("faced.galleries", Double(totals.galleries))
      set("faced.identities", Double(totals.identities))
      set("faced.faces", Double(totals.faces))
      set("faced.store.bytes", Double(totals.bytesOnDisk))
      set("faced.store.pending.purges", Double(totals.pendingPurges))
      set("faced.store.synced.writes", Double(totals.syncedWrites))
      set("faced.store.changes", Double(totals.committedChanges))
    }
    if let left = Machine.freeBytes(at: engine.options.directory) { set("faced.disk.free.bytes", Double(left)) }
    let scrub = engine.scrubbing.report
    set("faced.scrub.faces", Double(scrub.faces))
    set("faced.scrub.damages", Double(scrub.damages.count + scrub.more))
    set("faced.scrub.last.end.seconds", scrub.lastEnd?.timeIntervalSince1970 ?? 0)
    set("faced.writes.refused", engine.writes.refusal == nil ? 0 : 1)
    set("faced.replica.lag.seconds", engine.replica.lagSeconds)
    let search = engine.searchStatus
    set("faced.search.pending", Double(search?.pending ?? 0))
    set("faced.search.missing", Double(search?.missing ?? 0))
    set("faced.search.away", search?.failure == nil ? 0 : 1)
    let load = engine.load
    set("faced.queue.waiting", Double(load.waiting))
    set("faced.queue.faces", Double(load.waitingFaces))
    set("faced.decoded.bytes", Double(load.decodedBytes))
    set("faced.queue.limit", Double(load.maximumWaiting))
    set("faced.workers", Double(load.workers))
    // The gallery whose searches find least.
    let recalls = engine.recalls.filter { !$0.isExact }
    if let least = recalls.filter({ $0.measured != nil }).min(by: { $0.measured ?? 1 < $1.measured ?? 1 }) {
      set("faced.index.recall", least.measured ?? 1)
      set("faced.index.recall.promised", least.promised)
      set("faced.index.recall.samples", Double(least.samples))
    }
    set("faced.index.approximate", Double(recalls.count))
    if let job = try? engine.reindexJobs().first(where: { !$0.state.isFinished }) {
      set("faced.reindex.done", Double(job.done))
      set("faced.reindex.total", Double(job.total))
    } else {
      set("faced.reindex.done", 0)
      set("faced.reindex.total", 0)
    }
  }

  private func set(_ label: String, _ value: Double) { Meter(label: label).set(value) }
}
