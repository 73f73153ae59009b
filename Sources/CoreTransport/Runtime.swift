internal import CGRPC

/// A claim on the C core's process-wide runtime.
///
/// The core counts its initialisations, so every completion queue owns one lease: it is taken before the
/// queue is created (a queue before `grpc_init` crashes) and given back after the queue is destroyed.
struct RuntimeLease: ~Copyable {
  init() { grpc_init() }
  deinit { grpc_shutdown() }
}

/// A pointer to one of the C core's opaque objects.
///
/// Sendable because the core's objects may be used from any thread; what needs ordering (starting batches
/// on one call, releasing an object) is ordered by whoever stores the pointer, each time under its `Mutex`.
struct CorePointer: @unchecked Sendable {
  let raw: OpaquePointer
}
