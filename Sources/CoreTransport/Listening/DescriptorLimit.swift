internal import Glibc

/// How many descriptors this process may have open.
public enum DescriptorLimit {
  /// More than this is of no use, and some systems allow a billion.
  private static let most: rlim_t = 1 << 20

  private static var limits: rlimit {
    var limits = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    return limits
  }

  /// The soft limit: what holds now.
  public static var current: Int { Int(clamping: limits.rlim_cur) }

  /// Raises the soft limit to the hard one, which a process may do by itself.
  /// - Returns: the limit that holds now.
  @discardableResult
  public static func raise() -> Int {
    var limits = Self.limits
    let wanted = min(limits.rlim_max, most)
    if wanted > limits.rlim_cur {
      limits.rlim_cur = wanted
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    }
    return current
  }

  /// Connections for which there is room beside everything else that a process opens.
  static var connections: Int { max(1, min(16_384, current / 4 * 3)) }
}
