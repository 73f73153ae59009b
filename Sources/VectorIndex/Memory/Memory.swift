internal import Glibc

/// Large, aligned, uninitialised memory.
enum Memory {
  static let hugePage = 2 << 20

  /// - Parameter hugePages: worth it for what is read at random and fills several of 2 MiB.
  /// - Returns: at least `bytes` bytes, aligned for any kernel; free with `free`.
  static func allocate(_ bytes: Int, hugePages: Bool) -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    let result = posix_memalign(&pointer, hugePages ? hugePage : 64, max(bytes, 64))
    // As everywhere in Swift, memory that cannot be had ends the process.
    guard result == 0, let pointer else { preconditionFailure("out of memory: \(bytes) bytes for the vector index") }
    if hugePages { madvise(pointer, bytes, MADV_HUGEPAGE) }
    return pointer
  }
}

/// Memory that grows and forgets what was in it; one owner at a time.
final class ScratchBuffer<Element: BitwiseCopyable> {
  private(set) var pointer: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(_ capacity: Int = 0) {
    self.capacity = capacity
    pointer = Self.allocate(capacity)
  }

  deinit { free(pointer) }

  /// At least `count` elements, 64-byte aligned, valid until the next call with a larger number.
  @inline(__always)
  func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
    if count > capacity { grow(count) }
    return pointer
  }

  private func grow(_ count: Int) {
    free(pointer)
    pointer = Self.allocate(count)
    capacity = count
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    return Memory.allocate(bytes, hugePages: false).bindMemory(to: Element.self, capacity: count)
  }
}
