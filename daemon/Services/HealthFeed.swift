import FaceEngine
import GRPCCore
import RPCHealth

/// Keeps the health board as the store is: services that write, and the daemon as a whole, do not serve while the store
/// takes no changes.
struct HealthFeed: Sendable {
  let board: HealthBoard
  private let writing: [String]
  private let writes: WriteState

  /// - Parameters:
  ///   - services: all that are registered.
  ///   - writing: those of them that change the store.
  init(services: [ServiceDescriptor], writing: [ServiceDescriptor], writes: WriteState) {
    board = HealthBoard(services: services.map(\.fullyQualifiedService))
    self.writing = writing.map(\.fullyQualifiedService) + [""]
    self.writes = writes
  }

  /// Until it is cancelled.
  func run() async {
    for await refusal in writes.changes() {
      for service in writing { board.set(refusal == nil ? .serving : .notServing, for: service) }
    }
  }
}
