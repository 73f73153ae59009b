internal import CGRPC
internal import GRPCCore

/// What a service config says, found by method.
struct ServiceConfiguration: Sendable {
  let throttle: RetryThrottle?
  private let methods: [MethodConfig.Name: MethodConfig]
  private let balancing: ServiceConfig.LoadBalancingConfig?

  init(_ config: ServiceConfig) {
    throttle = config.retryThrottling.map { RetryThrottle(policy: $0) }
    // The first that this transport has, as the protocol wants it.
    balancing = config.loadBalancingConfig.first { $0.roundRobin != nil || $0.pickFirst != nil }
    methods = Dictionary(
      config.methodConfig.flatMap { method in method.names.map { ($0, method) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// A method's own, or else its service's, or else that of everything.
  func config(for method: MethodDescriptor) -> MethodConfig? {
    let service = method.service.fullyQualifiedService
    return methods[MethodConfig.Name(service: service, method: method.method)]
      ?? methods[MethodConfig.Name(service: service)] ?? methods[MethodConfig.Name(service: "")]
  }

  func add(to arguments: inout ChannelArguments) {
    arguments.set(GRPC_ARG_LB_POLICY_NAME, balancing?.roundRobin == nil ? "pick_first" : "round_robin")
  }
}
