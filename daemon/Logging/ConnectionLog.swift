import CoreTransport
import Logging

/// Shortages of connections and descriptors, once when they begin and once when they end.
enum ConnectionLog {
  static func write(_ notice: CoreServerNotice, to logger: Logger) {
    switch notice {
    case .tooManyConnections(let limit):
      logger.warning(
        "too many connections; new ones are closed until others end. --maximum-connections allows more",
        metadata: ["limit": "\(limit)"])
    case .outOfDescriptors:
      logger.error(
        "no file descriptor is left for another connection; new ones are closed until others end. Raise the limit (ulimit -n)",
        metadata: ["limit": "\(DescriptorLimit.current)"])
    case .acceptingAgain(let refused):
      logger.notice("connections are accepted again", metadata: ["refused": "\(refused)"])
    }
  }
}
