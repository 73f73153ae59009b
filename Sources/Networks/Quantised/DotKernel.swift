internal import CNetworkKernels

/// How products of bytes are summed.
package enum DotKernel: String, CaseIterable, Sendable {
  /// What every processor has.
  case plain
  case avx2
  /// AVX-512 VNNI.
  case vnni

  /// Those that this processor can run.
  package static var supported: [DotKernel] { allCases.filter { nk_dot_runs($0.number) != 0 } }

  /// The fastest for this processor, and no further than `KernelLevel.variable` allows. VNNI is worth it even where a
  /// 512-bit operation takes twice the time.
  package static func current() throws(NetworkError) -> DotKernel {
    let forced = try KernelLevel.forced()
    let allowed: DotKernel =
      switch forced {
      case .plain: .plain
      case .avx2: .avx2
      case .avx512, nil: .vnni
      }
    return supported.last { $0.number <= allowed.number } ?? .plain
  }

  var number: Int32 {
    switch self {
    case .plain: Int32(NK_DOT_PLAIN)
    case .avx2: Int32(NK_DOT_AVX2)
    case .vnni: Int32(NK_DOT_VNNI)
    }
  }

  /// Bytes of an entry, and entries that are read together.
  var entry: Int { nk_dot_entry(number) }
  var group: Int { nk_dot_group(number) }
}
