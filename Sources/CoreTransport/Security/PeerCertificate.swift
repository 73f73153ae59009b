internal import CGRPC

/// Who a client is, by the certificate that it showed and that was checked.
public struct PeerCertificate: Sendable, Hashable {
  /// The subject's common name; `nil` where it has none.
  public var commonName: String?
  /// DNS names, addresses and URIs, in the certificate's order.
  public var subjectAlternativeNames: [String]

  /// The names as a certificate holds them; for tests and for servers that check names elsewhere.
  public init(commonName: String?, subjectAlternativeNames: [String]) {
    self.commonName = commonName
    self.subjectAlternativeNames = subjectAlternativeNames
  }

  /// The common name, then the others.
  public var names: [String] { (commonName.map { [$0] } ?? []) + subjectAlternativeNames }
}

extension PeerCertificate {
  /// `nil` where the client showed none.
  init?(_ context: OpaquePointer?) {
    guard let context, grpc_auth_context_peer_is_authenticated(context) != 0 else { return nil }
    func values(_ name: String) -> [String] {
      var iterator = grpc_auth_context_find_properties_by_name(context, name)
      var values: [String] = []
      while let property = grpc_auth_property_iterator_next(&iterator) {
        guard let bytes = property.pointee.value else { continue }
        values.append(
          String(decoding: UnsafeRawBufferPointer(start: bytes, count: property.pointee.value_length), as: UTF8.self))
      }
      return values
    }
    self.init(
      commonName: values(GRPC_X509_CN_PROPERTY_NAME).first, subjectAlternativeNames: values(GRPC_X509_SAN_PROPERTY_NAME)
    )
  }
}
