internal import FaceTypes
internal import Synchronization

/// Says to work on a thread that nobody waits for its result any more.
final class CancellationFlag: Sendable {
  /// The running piece of work's.
  @TaskLocal static var current: CancellationFlag?

  private let raised = Atomic<Bool>(false)

  var isRaised: Bool { raised.load(ordering: .acquiring) }

  func raise() { raised.store(true, ordering: .releasing) }

  static let error = EngineError(.cancelled, .cancelled, "the call was cancelled, or its deadline has passed")

  /// To be called between the steps of a long piece of work.
  /// - Throws: `CANCELLED`.
  static func check() throws(EngineError) {
    if current?.isRaised == true { throw error }
  }
}
