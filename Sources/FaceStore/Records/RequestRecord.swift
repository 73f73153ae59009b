internal import FaceTypes

/// The first result of an enrolment with a request id.
struct RequestRecord: Hashable, Sendable {
  /// The identity and the photograph asked for, hashed, so that a retry with others is noticed and no name outlives its
  /// identity.
  let selector: [UInt8]
  let createdAt: Int64
  let identity: IdentityID
  let createdIdentity: Bool
  /// In the order of the enrolment; at least one.
  let faces: [FaceID]
  /// Of a record from before version 2, whose selector knows no photograph.
  var isOld = false
}

extension RequestRecord {
  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "request", versions: 1...2)
    selector = Array(try reader.raw(16))
    createdAt = try reader.integer()
    let only = reader.version == 1 ? FaceID(try reader.integer()) : nil
    identity = IdentityID(try reader.integer())
    createdIdentity = try reader.bool()
    isOld = reader.version == 1
    if let only { faces = [only] } else { faces = try reader.rest(UInt64.self).map { FaceID($0) } }
    guard !faces.isEmpty else { throw reader.damaged("it has no face") }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter(version: 2)
    writer.put(raw: selector)
    writer.put(createdAt)
    writer.put(identity.value)
    writer.put(createdIdentity)
    for face in faces { writer.put(face.value) }
    return writer.bytes
  }
}
