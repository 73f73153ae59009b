internal import CGRPC
internal import GRPCCore

extension Status.Code {
  /// The numbers are those of the gRPC protocol on both sides; one outside it is `unknown`.
  init(_ code: grpc_status_code) {
    self = Status.Code(rawValue: Int(code.rawValue)) ?? .unknown
  }

  var coreCode: grpc_status_code { grpc_status_code(rawValue: Int32(rawValue)) }
}

extension gpr_timespec {
  /// The point this far from now on the monotonic clock.
  init(after duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (nanoseconds, overflow2) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflow || overflow2 {
      self = seconds < 0 ? gpr_inf_past(GPR_CLOCK_MONOTONIC) : gpr_inf_future(GPR_CLOCK_MONOTONIC)
    } else {
      self = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_nanos(nanoseconds, GPR_TIMESPAN))
    }
  }

  /// How far off this point is; `nil` when there is no limit.
  var remaining: Duration? {
    if tv_sec == Int64.max { return nil }
    let left = gpr_time_sub(gpr_convert_clock_type(self, GPR_CLOCK_MONOTONIC), gpr_now(GPR_CLOCK_MONOTONIC))
    if left.tv_sec == Int64.max { return nil }
    return .seconds(left.tv_sec) + .nanoseconds(Int64(left.tv_nsec))
  }
}
