internal import FaceTypes

/// Something deleted whose bytes have not left the files yet. It is written with the deletion and removed when the
/// bytes are gone, so a crash in between only delays that.
enum CleanupRecord: Hashable, Sendable {
  /// Single faces, and an identity when it went with them; their keys are deleted already.
  case faces(gallery: UInt64, identity: IdentityID?, [FaceID])
  /// All records of a gallery; only the gallery's own is deleted so far.
  case gallery(UInt64)
  /// All embeddings under a model's number, which no model has any more.
  case embeddings(model: UInt64)
  /// What changes of a gallery would need to be undone; their keys are deleted already.
  case changePayloads(gallery: UInt64, [UInt64])
}

extension CleanupRecord {
  init(_ value: [UInt8]) throws(StoreError) {
    var reader = try RecordReader(value, "cleanup note")
    switch try reader.integer(UInt8.self) {
    case 1:
      let gallery = try reader.integer(UInt64.self)
      let identity: IdentityID? = try reader.optional { reader throws(StoreError) in IdentityID(try reader.integer()) }
      self = .faces(gallery: gallery, identity: identity, try reader.rest(UInt64.self).map { FaceID($0) })
    case 2: self = .gallery(try reader.integer())
    case 3: self = .embeddings(model: try reader.integer())
    case 4: self = .changePayloads(gallery: try reader.integer(), try reader.rest(UInt64.self))
    case let kind: throw reader.damaged("its kind is \(kind)")
    }
    try reader.finish()
  }

  var encoded: [UInt8] {
    var writer = RecordWriter()
    switch self {
    case .faces(let gallery, let identity, let faces):
      writer.put(UInt8(1))
      writer.put(gallery)
      writer.put(identity) { $0.put($1.value) }
      for face in faces { writer.put(face.value) }
    case .gallery(let number):
      writer.put(UInt8(2))
      writer.put(number)
    case .embeddings(let model):
      writer.put(UInt8(3))
      writer.put(model)
    case .changePayloads(let gallery, let numbers):
      writer.put(UInt8(4))
      writer.put(gallery)
      for number in numbers { writer.put(number) }
    }
    return writer.bytes
  }
}
