internal import CGRPC

/// A `grpc_resource_quota`: memory that everything attached to it shares. Above it the core slows its peers down, and then
/// ends their calls.
final class ResourceQuota {
  let raw: OpaquePointer

  init(name: String, bytes: Int) {
    raw = grpc_resource_quota_create(name)
    grpc_resource_quota_resize(raw, bytes)
  }

  /// The core keeps its own counts.
  deinit { grpc_resource_quota_unref(raw) }
}
