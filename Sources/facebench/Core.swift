import ArgumentParser
import Glibc

/// The core that a thread runs on.
enum Core {
  private typealias SetAffinity = @convention(c) (pid_t, Int, UnsafeRawPointer) -> Int32

  /// Ties the calling thread to a core.
  static func pin(_ core: Int) throws {
    // The C library has the call, but its header shows it only to programs that ask for GNU's extensions.
    guard let symbol = unsafe dlsym(nil, "sched_setaffinity") else {
      throw ValidationError("this C library cannot pin threads")
    }
    var mask = Array(repeating: UInt8(0), count: 128)
    guard core >= 0, core < mask.count * 8 else { throw ValidationError("there is no core \(core)") }
    mask[core / 8] = 1 << UInt8(core % 8)
    guard unsafe unsafeBitCast(symbol, to: SetAffinity.self)(0, mask.count, mask) == 0 else {
      throw ValidationError("this thread cannot be pinned to core \(core)")
    }
  }
}
