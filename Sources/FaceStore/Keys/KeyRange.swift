/// Keys from `lower` up to, not including, `upper`, in byte order.
struct KeyRange: Hashable, Sendable {
  var lower: [UInt8]
  /// `nil`: to the last key there is.
  var upper: [UInt8]?

  init(from lower: [UInt8], upTo upper: [UInt8]?) {
    self.lower = lower
    self.upper = upper
  }

  /// Every key.
  static let all = KeyRange(from: [], upTo: nil)

  /// Every key that begins with `prefix`.
  init(prefix: [UInt8]) {
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
  init(only key: [UInt8]) { self.init(from: key, upTo: key + [0]) }

  /// The part of the range after `key`.
  func after(_ key: [UInt8]) -> KeyRange { KeyRange(from: key + [0], upTo: upper) }
}
