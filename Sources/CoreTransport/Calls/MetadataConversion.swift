internal import CGRPC
public import GRPCCore

/// Metadata on its way to the C core: the array and one reference to each slice, freed together.
///
/// Sendable because it is not changed after `init`, and the core takes its own references when a batch starts.
final class OutgoingMetadata: @unchecked Sendable {
  let elements: UnsafeMutableBufferPointer<grpc_metadata>

  /// - Returns: `nil` for metadata with nothing to send.
  /// - Throws: `RPCError` (`internalError`) for a key or value that HTTP/2 cannot carry.
  static func make(_ metadata: Metadata) throws(RPCError) -> OutgoingMetadata? {
    if metadata.isEmpty { return nil }
    let outgoing = OutgoingMetadata(capacity: metadata.count)
    for (key, value) in metadata { try outgoing.append(key, value) }
    return outgoing.count == 0 ? nil : outgoing
  }

  private(set) var count = 0

  private init(capacity: Int) {
    elements = .allocate(capacity: capacity)
  }

  deinit {
    for element in elements.prefix(count) {
      grpc_slice_unref(element.key)
      grpc_slice_unref(element.value)
    }
    elements.deallocate()
  }

  private func append(_ originalKey: String, _ value: Metadata.Value) throws(RPCError) {
    let key = originalKey.lowercased()
    // The core writes these itself: the timeout from the call's deadline, the others from the status.
    if OutgoingMetadata.written.contains(key) { return }
    var element = grpc_metadata()
    element.key = grpc_slice(copying: key)
    guard grpc_header_key_is_legal(element.key) != 0 else {
      grpc_slice_unref(element.key)
      throw RPCError(code: .internalError, message: "metadata key '\(originalKey)' is not a legal header name")
    }
    let isBinary = grpc_is_binary_header(element.key) != 0
    switch value {
    case .binary(let bytes) where isBinary:
      element.value = bytes.withUnsafeBytes { grpc_slice(copying: $0) }
    case .string(let text) where !isBinary:
      element.value = grpc_slice(copying: text)
    case .string:
      // grpc-swift allows binary values to be given as base64 text; the core wants the bytes.
      guard let bytes = Metadata([(key, value)])[binaryValues: key].first(where: { _ in true }) else {
        grpc_slice_unref(element.key)
        throw RPCError(code: .internalError, message: "metadata '\(originalKey)' is not valid base64")
      }
      element.value = bytes.withUnsafeBytes { grpc_slice(copying: $0) }
    case .binary:
      grpc_slice_unref(element.key)
      throw RPCError(
        code: .internalError, message: "binary metadata needs a key that ends in '-bin', not '\(originalKey)'")
    }
    elements.initializeElement(at: count, to: element)
    count += 1
    guard isBinary || grpc_header_nonbin_value_is_legal(element.value) != 0 else {
      throw RPCError(
        code: .internalError,
        message: "metadata '\(originalKey)' has a value that is not printable ASCII; use a '-bin' key")
    }
  }

  private static let written: Set<String> = [
    "grpc-timeout", "grpc-status", "grpc-message", "content-type", "te", "user-agent",
  ]
}

extension Metadata {
  /// What the core received. The array stays the caller's.
  init(_ received: grpc_metadata_array) {
    self.init()
    guard let base = received.metadata else { return }
    reserveCapacity(received.count)
    for element in UnsafeBufferPointer(start: base, count: received.count) {
      let key = element.key.string
      if key.hasSuffix("-bin") {
        addBinary(element.value.byteArray, forKey: key)
      } else {
        addString(element.value.string, forKey: key)
      }
    }
  }
}

extension Metadata {
  /// Initial metadata by which the messages behind it are compressed, where the other end takes that.
  ///
  /// Clients say it with `CallOptions.compression`; a server's handler puts it into its response's metadata.
  public func compressing(with algorithm: CompressionAlgorithm) -> Metadata {
    let name: String? =
      switch algorithm {
      case .gzip: "gzip"
      case .deflate: "deflate"
      default: nil
      }
    guard let name else { return self }
    var metadata = self
    metadata.replaceOrAddString(name, forKey: "grpc-internal-encoding-request")
    return metadata
  }
}
