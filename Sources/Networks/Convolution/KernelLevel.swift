internal import CNetworkKernels
internal import Glibc

/// The instruction set of this module's own loops. OpenBLAS chooses for itself (`OPENBLAS_CORETYPE`).
public enum KernelLevel: String, CaseIterable, Sendable {
  /// What every processor of the architecture has: SSE2 or NEON.
  case plain
  /// x86-64-v3: AVX2 and FMA.
  case avx2
  /// x86-64-v4: AVX-512 in its full width.
  case avx512

  /// Forces a level for the whole process, by name, for measurements and to look for a fault. It is read when the
  /// first network is made.
  public static let variable = "FACED_NETWORK_KERNELS"

  /// Those that this processor can run.
  public static var supported: [KernelLevel] { allCases.filter { nk_runs($0.number) != 0 } }

  /// The one in use: that of `variable`, or the fastest for this processor, which need not be the widest.
  /// - Throws: `invalidEnvironment` when `variable` names none or one that this processor cannot run.
  public static func current() throws(NetworkError) -> KernelLevel { try chosen.get() }

  private static let chosen: Result<KernelLevel, NetworkError> = {
    do throws(NetworkError) {
      let forced = try forced()
      if let forced { nk_set_level(forced.number) }
      return .success(forced ?? allCases.first { $0.number == nk_level() } ?? .plain)
    } catch {
      return .failure(error)
    }
  }()

  /// The level that `variable` asks for; nil when it is unset or empty.
  static func forced() throws(NetworkError) -> KernelLevel? {
    try forced(by: getenv(variable).map { String(cString: $0) })
  }

  /// The level that a value of `variable` asks for; nil when it is unset or empty.
  package static func forced(by value: String?) throws(NetworkError) -> KernelLevel? {
    guard let value, !value.isEmpty else { return nil }
    guard let level = KernelLevel(rawValue: value), supported.contains(level) else {
      let names = supported.map { $0.rawValue }.joined(separator: ", ")
      throw NetworkError(
        .invalidEnvironment,
        "the environment variable \(variable) is '\(value)': this processor can run \(names); unset it for the best")
    }
    return level
  }

  /// Floats of a vector register.
  var lanes: Int { nk_lanes(number) }

  private var number: Int32 {
    switch self {
    case .plain: Int32(NK_PLAIN)
    case .avx2: Int32(NK_AVX2)
    case .avx512: Int32(NK_AVX512)
    }
  }
}
