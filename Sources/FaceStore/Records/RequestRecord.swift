internal import FaceTypes

/// The first result of an enrolment with a request id.
struct RequestRecord: Hashable, Sendable {
  /// The identity asked for, hashed, so that a retry with another one is noticed and no name outlives its identity.
  let selector: [UInt8]
  let createdAt: Int64
  let face: FaceID
  let identity: IdentityID
  let createdIdentity: Bool
}

extension RequestRecord {
  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "request")
    selector = Array(try reader.raw(16))
    createdAt = try reader.integer()
    face = FaceID(try reader.integer())
    identity = IdentityID(try reader.integer())
    createdIdentity = try reader.bool()
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    writer.put(raw: selector)
    writer.put(createdAt)
    writer.put(face.value)
    writer.put(identity.value)
    writer.put(createdIdentity)
    return writer.bytes
  }
}
