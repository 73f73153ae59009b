internal import CGRPC
internal import Glibc
internal import Synchronization

/// A completion queue and the threads that poll it.
///
/// The threads own the queue: the last one to see its shutdown destroys it, gives the runtime lease back and
/// fires `drained`. Nothing may be started on the queue after `shutDown()`; `Endpoint` sees to that.
final class CompletionQueue: Sendable {
  let pointer: CorePointer
  /// Fires when the queue is destroyed and its threads are past their last use of the C core.
  let drained: Signal

  /// - Throws: `CoreTransportError` (`outOfResources`) when the system gives no thread.
  init(threads: Int) throws(CoreTransportError) {
    let poller = Poller(threads: threads)
    pointer = poller.queue
    drained = poller.drained
    for started in 0..<threads {
      let context = Unmanaged.passRetained(poller)
      var thread = pthread_t()
      let failure = pthread_create(&thread, nil, pollUntilShutdown, context.toOpaque())
      guard failure == 0 else {
        context.release()
        grpc_completion_queue_shutdown(pointer.raw)
        for _ in started..<threads { poller.threadEnds() }
        throw CoreTransportError(
          .outOfResources, "the system gave no thread to poll gRPC with (errno \(failure)); raise the thread limit")
      }
      pthread_detach(thread)
    }
  }

  /// Begins the end: events under way are still delivered, then the threads stop. To be called once.
  func shutDown() {
    grpc_completion_queue_shutdown(pointer.raw)
  }
}

/// What the polling threads share.
private final class Poller: Sendable {
  let queue: CorePointer
  let drained = Signal()
  private let lease: Mutex<RuntimeLease?>
  private let running: Atomic<Int>

  init(threads: Int) {
    lease = Mutex(RuntimeLease())
    queue = CorePointer(raw: grpc_completion_queue_create_for_next(nil))
    running = Atomic(threads)
  }

  func threadEnds() {
    guard running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    grpc_completion_queue_destroy(queue.raw)
    lease.withLock { $0 = nil }
    drained.fire()
  }

  func poll() {
    let forever = gpr_inf_future(GPR_CLOCK_MONOTONIC)
    while true {
      let event = grpc_completion_queue_next(queue.raw, forever, nil)
      switch event.type {
      case GRPC_OP_COMPLETE:
        Tag.takeBack(event.tag).complete(success: event.success != 0)
      case GRPC_QUEUE_SHUTDOWN:
        return threadEnds()
      default:
        continue
      }
    }
  }
}

private func pollUntilShutdown(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<Poller>.fromOpaque(context).takeRetainedValue().poll()
  return nil
}
