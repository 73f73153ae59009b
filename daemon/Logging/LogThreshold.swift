import Logging
import Synchronization

/// The level that all loggers of the daemon share, so that it can change while they are in use.
enum LogThreshold {
  private static let current = Mutex(Logger.Level.info)

  static var level: Logger.Level {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  /// A handler whose level is the shared one.
  struct Handler: LogHandler {
    var base: any LogHandler

    init(_ base: any LogHandler) {
      self.base = base
      // What comes here is wanted.
      self.base.logLevel = .trace
    }

    var logLevel: Logger.Level {
      get { LogThreshold.level }
      set { LogThreshold.level = newValue }
    }

    var metadata: Logger.Metadata {
      get { base.metadata }
      set { base.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { base[metadataKey: key] }
      set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { base.log(event: event) }
  }
}
