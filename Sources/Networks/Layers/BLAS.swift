internal import COpenBLAS
internal import Glibc
internal import Synchronization

/// The one place that decides how many threads work.
///
/// A network's pass splits its batch over its own workers, each of which calls OpenBLAS; OpenBLAS itself is
/// therefore held at one thread in this process, or workers × BLAS threads would oversubscribe the processor.
public enum BLAS {
  /// More than this many workers find no work to share in a pass.
  public static let maximumThreads = 64

  private static let count = Atomic<Int>(0)

  /// Sets how many workers a training network's pass uses from now on; `n` is brought within 1 to
  /// `maximumThreads`. The results do not depend on it, to the last bit.
  public static func setThreads(_ n: Int) {
    openblas_set_num_threads(1)
    count.store(min(max(n, 1), maximumThreads), ordering: .relaxed)
  }

  /// The number that was set, or the processor's.
  public static var threads: Int {
    let set = count.load(ordering: .relaxed)
    if set > 0 { return set }
    setThreads(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return count.load(ordering: .relaxed)
  }

  /// Lets the process end without OpenBLAS's own shutdown, whatever ends it; to be called once, at the start of a program.
  ///
  /// When a process exits, OpenBLAS joins the threads that it made when it was loaded. One that is about to fall asleep
  /// just then is never woken (as of 0.3.21), and the process hangs for ever.
  public static func skipShutdown() {
    on_exit(
      { status, _ in
        fflush(nil)
        _exit(status)
      }, nil)
  }
}
