internal import CVectorKernels
internal import Glibc

/// The kernels in use, chosen once: those that the environment variable `FACED_KERNELS` names (plain, avx2, avx512,
/// neon) where this processor has them, else the fastest.
enum Kernels {
  /// Written once before its first use, never after.
  nonisolated(unsafe) static let active: vk_kernels = {
    if let name = getenv("FACED_KERNELS"), let level = vk_level(name) { return level.pointee }
    return vk_best().pointee
  }()

  static var name: String { String(cString: active.name) }
}
