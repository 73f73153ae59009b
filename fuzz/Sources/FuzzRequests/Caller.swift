/// The daemon's messages ask what the caller may do; whoever calls here may do everything.
struct Caller {
  enum Right { case identify }

  static let current = Caller()

  func has(_ right: Right) -> Bool { true }
}
