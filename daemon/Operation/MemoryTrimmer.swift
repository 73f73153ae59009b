import CMalloc
import ServiceLifecycle

/// Gives memory back to the machine that a burst of large messages left free inside the process: glibc keeps what lies
/// below the last piece in use.
struct MemoryTrimmer: Service {
  /// How often it looks.
  private static let interval = Duration.seconds(10)
  /// Free bytes that are worth the pause of a trim, a few milliseconds in which no memory is handed out.
  private static let worthwhile = 64 << 20

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        if mallinfo2().fordblks >= Self.worthwhile { malloc_trim(0) }
      }
    }
  }
}
