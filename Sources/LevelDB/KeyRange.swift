/// Keys from `lower` up to, not including, `upper`, in byte order.
public struct KeyRange: Hashable, Sendable {
  /// The first key of the range, if it is there.
  public var lower: [UInt8]
  /// `nil`: to the last key there is.
  public var upper: [UInt8]?

  /// A range without its upper end; `nil` as `upper` reaches to the last key. It is empty where `upper` is not above
  /// `lower`.
  public init(from lower: [UInt8], upTo upper: [UInt8]?) {
    self.lower = lower
    self.upper = upper
  }

  /// Every key.
  public static let all = KeyRange(from: [], upTo: nil)

  /// Every key that begins with `prefix`.
  public init(prefix: [UInt8]) {
    // The first key after them all: the prefix with its last byte that can grow grown, and what follows it cut off.
    var upper = prefix
    while let last = upper.last, last == .max { upper.removeLast() }
    if let last = upper.popLast() {
      upper.append(last + 1)
      self.init(from: prefix, upTo: upper)
    } else {
      self.init(from: prefix, upTo: nil)
    }
  }

  /// The one key.
  public init(only key: [UInt8]) { self.init(from: key, upTo: key + [0]) }
}
