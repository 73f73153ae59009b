internal import CGRPC
internal import Glibc

/// A claim on the C core's process-wide runtime.
///
/// The core counts its initialisations, so every completion queue owns one lease: it is taken before the
/// queue is created (a queue before `grpc_init` crashes) and given back after the queue is destroyed.
struct RuntimeLease: ~Copyable {
  init() {
    RuntimeLease.quietLog
    grpc_init()
  }
  deinit { grpc_shutdown() }

  /// What the core would print on the standard error stream comes to the caller as an error or a status.
  /// Whoever wants it there too sets `GRPC_VERBOSITY`, the core's own variable.
  private static let quietLog: Void = {
    guard getenv("GRPC_VERBOSITY") == nil else { return }
    gpr_set_log_verbosity(gpr_log_severity(rawValue: GPR_LOG_SEVERITY_ERROR.rawValue + 1))
  }()
}

/// A pointer to one of the C core's opaque objects.
///
/// Sendable because the core's objects may be used from any thread; what needs ordering (starting batches
/// on one call, releasing an object) is ordered by whoever stores the pointer, each time under its `Mutex`.
struct CorePointer: @unchecked Sendable {
  let raw: OpaquePointer
}
