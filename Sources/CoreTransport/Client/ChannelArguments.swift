internal import CGRPC
internal import Glibc

/// Settings for a channel or a server, by the C core's argument names.
struct ChannelArguments {
  private var integers: [(key: String, value: Int32)] = []
  private var strings: [(key: String, value: String)] = []
  private var pointers: [(key: String, value: UnsafeMutableRawPointer, rules: UnsafePointer<grpc_arg_pointer_vtable>)] =
    []

  mutating func set(_ key: String, _ value: Int) {
    integers.append((key, Int32(clamping: value)))
  }

  mutating func set(_ key: String, _ value: Bool) {
    integers.append((key, value ? 1 : 0))
  }

  mutating func set(_ key: String, _ value: String) {
    strings.append((key, value))
  }

  /// The core neither frees nor copies what is pointed to; it has to outlive the channel or server.
  mutating func set(_ key: String, pointer: UnsafeMutableRawPointer) {
    pointers.append((key, pointer, UnsafePointer(Self.borrowed.raw)))
  }

  /// How many bytes a server's or channel's connections may hold together. The core counts who uses the quota.
  mutating func set(_ quota: ResourceQuota) {
    guard let rules = grpc_resource_quota_arg_vtable() else { return }
    pointers.append((GRPC_ARG_RESOURCE_QUOTA, UnsafeMutableRawPointer(quota.raw), rules))
  }

  /// In whole milliseconds, at least 1.
  mutating func set(_ key: String, _ value: Duration) {
    set(key, Int(clamping: max(1, value.wholeMilliseconds)))
  }

  /// How the core handles pointers that are not its own.
  private static let borrowed = PointerRules()

  /// The core copies what it keeps, so the C strings live only for the length of `body`.
  func withCoreArguments<R>(_ body: (UnsafePointer<grpc_channel_args>) -> R) -> R {
    var arguments: [grpc_arg] = []
    var texts: [UnsafeMutablePointer<CChar>?] = []
    func text(_ string: String) -> UnsafeMutablePointer<CChar>? {
      texts.append(strdup(string))
      return texts[texts.count - 1]
    }
    for (key, value) in integers {
      var argument = grpc_arg()
      argument.type = GRPC_ARG_INTEGER
      argument.key = text(key)
      argument.value.integer = value
      arguments.append(argument)
    }
    for (key, value) in strings {
      var argument = grpc_arg()
      argument.type = GRPC_ARG_STRING
      argument.key = text(key)
      argument.value.string = text(value)
      arguments.append(argument)
    }
    for (key, value, rules) in pointers {
      var argument = grpc_arg()
      argument.type = GRPC_ARG_POINTER
      argument.key = text(key)
      argument.value.pointer = .init(p: value, vtable: rules)
      arguments.append(argument)
    }
    defer { for text in texts { free(text) } }
    return arguments.withUnsafeMutableBufferPointer { buffer in
      var list = grpc_channel_args(num_args: buffer.count, args: buffer.baseAddress)
      return body(&list)
    }
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds.multipliedReportingOverflow(by: 1000).overflow
      ? (seconds < 0 ? .min : .max) : seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

/// Sendable because it is not changed after `init`; never freed, as the core keeps it.
private struct PointerRules: @unchecked Sendable {
  let raw = UnsafeMutablePointer<grpc_arg_pointer_vtable>.allocate(capacity: 1)

  init() {
    raw.initialize(
      to: grpc_arg_pointer_vtable(
        copy: { $0 }, destroy: { _ in },
        cmp: { a, b in
          let (a, b) = (UInt(bitPattern: a), UInt(bitPattern: b))
          return a < b ? -1 : a > b ? 1 : 0
        }))
  }
}
