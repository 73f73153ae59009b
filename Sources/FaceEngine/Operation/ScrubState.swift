public import FaceStore
public import Foundation
internal import Synchronization

/// How the store is read in the background, to find what the disk has lost before somebody needs it.
public struct ScrubOptions: Sendable {
  /// Bytes a second at most; 0 means never.
  public var bytesPerSecond = 8 << 20
  /// From the end of one pass to the beginning of the next.
  public var rest = Duration.seconds(24 * 3600)
  /// From the start of the daemon to the first pass.
  public var delay = Duration.seconds(60)

  /// All options at their defaults.
  public init() {}
}

/// What the reading has found.
public final class ScrubState: Sendable {
  /// What the background reading has found so far.
  public struct Report: Sendable {
    /// Whether a pass is under way.
    public var isRunning = false
    /// Faces that the running pass has read, or the last one.
    public var faces = 0
    /// When the last pass ended; nil before the first end.
    public var lastEnd: Date?
    /// What cannot be read: of the last pass and of the running one.
    public var damages: [FaceDamage] = []
    /// Damages that were found beyond those that are listed.
    public var more = 0
  }

  /// Damages that are listed.
  public static let maximumListed = 1_000

  private struct State {
    var report = Report()
    var known: Set<FaceDamage> = []
    var fresh: [FaceDamage] = []
    var freshMore = 0
  }

  private let state = Mutex(State())

  /// The reading's state at this moment.
  public var report: Report { state.withLock { $0.report } }

  func begin() {
    state.withLock {
      $0.report.isRunning = true
      $0.report.faces = 0
      $0.fresh = []
      $0.freshMore = 0
    }
  }

  /// - Returns: the damages that were not known before.
  func take(_ step: ScrubStep) -> [FaceDamage] {
    state.withLock { state in
      state.report.faces += step.faces
      var new: [FaceDamage] = []
      for damage in step.damages {
        guard state.fresh.count < Self.maximumListed else {
          state.freshMore += 1
          continue
        }
        state.fresh.append(damage)
        if state.known.insert(damage).inserted {
          new.append(damage)
          state.report.damages.append(damage)
        }
      }
      return new
    }
  }

  /// - Parameter isWhole: whether the pass has come to the end: what it did not find again is gone then.
  func end(isWhole: Bool) {
    state.withLock { state in
      state.report.isRunning = false
      guard isWhole else { return }
      state.report.lastEnd = Date()
      state.report.damages = state.fresh
      state.report.more = state.freshMore
      state.known = Set(state.fresh)
    }
  }
}
