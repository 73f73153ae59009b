internal import CGRPCAccept
internal import Glibc
internal import Synchronization

/// What a server tells whoever runs it. Each is said once when it begins, not for every connection.
public enum CoreServerNotice: Sendable, Hashable {
  /// As many connections are open as may be; new ones are closed at once.
  case tooManyConnections(limit: Int)
  /// The process has no descriptor for another connection; new ones are closed at once.
  case outOfDescriptors
  /// Connections are taken again; `refused` were closed meanwhile.
  case acceptingAgain(refused: Int)
}

/// Counts connections and closes those that are too many.
///
/// The C core does not say when it closes a connection. So what was handed to it is remembered by its inode, and counted
/// anew when the limit seems to be met.
final class ConnectionLimit: Sendable {
  private struct State {
    var open: [Int32: ino_t] = [:]
    var counted = ContinuousClock.now
    var refused = 0
    var lastRefusal: ContinuousClock.Instant?
    /// Given up for a moment where no other descriptor is left, to be able to accept and close.
    var spare: Int32
  }

  private let limit: Int
  private let tell: (@Sendable (CoreServerNotice) -> Void)?
  private let state: Mutex<State>

  /// No more often than this is counted while the limit is met.
  private static let countingInterval = Duration.milliseconds(100)
  /// Without a refusal for so long, the shortage is over.
  private static let calm = Duration.seconds(1)

  init(_ limit: Int, _ tell: (@Sendable (CoreServerNotice) -> Void)?) {
    self.limit = limit
    self.tell = tell
    state = Mutex(State(spare: Self.openSpare()))
  }

  private static func openSpare() -> Int32 { Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }

  func close() {
    state.withLock { state in
      if state.spare >= 0 { Glibc.close(state.spare) }
      state.spare = -1
    }
  }

  var isShedding: Bool { state.withLock { $0.lastRefusal != nil } }

  /// Counts the connection, unless it is one too many.
  func admits(_ connection: Int32) -> Bool {
    let notice: CoreServerNotice?? = state.withLock { state in
      state.open[connection] = nil
      if state.open.count >= limit { Self.count(&state) }
      guard state.open.count < limit else { return .some(Self.refuse(&state, .tooManyConnections(limit: limit))) }
      state.open[connection] = Self.inode(of: connection)
      return nil
    }
    guard let notice else { return true }
    if let notice { tell?(notice) }
    return false
  }

  /// Accepts one connection with the spare descriptor and closes it: its client learns at once, and the queue moves on.
  func shedWithoutDescriptor(_ listener: Int32) {
    let notice: CoreServerNotice? = state.withLock { state in
      if state.spare >= 0 { Glibc.close(state.spare) }
      let connection = cgrpc_accept(listener)
      if connection >= 0 { Glibc.close(connection) }
      state.spare = Self.openSpare()
      return Self.refuse(&state, .outOfDescriptors)
    }
    if let notice { tell?(notice) }
    // Otherwise the loop would do nothing else until a descriptor is free.
    usleep(10_000)
  }

  /// Says that the shortage is over, once it is.
  func noteCalm() {
    let notice: CoreServerNotice? = state.withLock { state in
      guard let last = state.lastRefusal, .now - last >= Self.calm else { return nil }
      defer { (state.lastRefusal, state.refused) = (nil, 0) }
      return .acceptingAgain(refused: state.refused)
    }
    if let notice { tell?(notice) }
  }

  private static func refuse(_ state: inout State, _ notice: CoreServerNotice) -> CoreServerNotice? {
    defer { state.lastRefusal = .now }
    state.refused += 1
    return state.lastRefusal == nil ? notice : nil
  }

  private static func count(_ state: inout State) {
    let now = ContinuousClock.now
    guard state.lastRefusal == nil || now - state.counted >= countingInterval else { return }
    state.counted = now
    state.open = state.open.filter { inode(of: $0.key) == $0.value }
  }

  private static func inode(of descriptor: Int32) -> ino_t? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_ino : nil
  }
}
