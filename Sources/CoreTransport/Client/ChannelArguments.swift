internal import CGRPC
internal import Glibc

/// Settings for a channel or a server, by the C core's argument names.
struct ChannelArguments {
  private var integers: [(key: String, value: Int32)] = []
  private var strings: [(key: String, value: String)] = []

  mutating func set(_ key: String, _ value: Int) {
    integers.append((key, Int32(clamping: value)))
  }

  mutating func set(_ key: String, _ value: Bool) {
    integers.append((key, value ? 1 : 0))
  }

  mutating func set(_ key: String, _ value: String) {
    strings.append((key, value))
  }

  /// In whole milliseconds, at least 1.
  mutating func set(_ key: String, _ value: Duration) {
    set(key, Int(clamping: max(1, value.wholeMilliseconds)))
  }

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
