internal import FaceTypes

/// The first byte of every key: the kind of its record. `SCHEMA.md` gives each layout.
enum KeyKind: UInt8, CaseIterable {
  case header = 0x01
  case counter = 0x02
  case activeModel = 0x03
  case sealing = 0x04
  case copying = 0x05
  case gallery = 0x10
  case identity = 0x11
  case name = 0x12
  case face = 0x13
  case identityFace = 0x14
  case crop = 0x15
  case embedding = 0x16
  case request = 0x17
  case requestTime = 0x18
  case photograph = 0x19
  case deletedPhotograph = 0x1a
  case jobEmbedding = 0x1b
  case change = 0x1c
  case changePayload = 0x1d
  case apart = 0x1e
  case calibration = 0x1f
  case model = 0x20
  case job = 0x21
  case dataKey = 0x22
  case modelPart = 0x23
  case jobWish = 0x24
  case document = 0x25
  case cleanup = 0x30
  case feed = 0x31

  /// Kinds that only a shared store has, and that belong to it rather than to its galleries: no copy has them.
  static let ofSharing: Set<UInt8> = Set([KeyKind.modelPart, .jobWish, .document, .feed].map(\.rawValue))
}

/// Numbers that are given out once and never again.
enum Counter: UInt8, CaseIterable {
  case gallery = 1
  case identity = 2
  case face = 3
  case model = 4
  case job = 5
  case cleanup = 6
  /// One for every committed group of changes to galleries' faces or to embeddings.
  case change = 7
  /// Changes of identities that can be undone.
  case history = 8
}

/// Builds keys. Integers are big-endian, so that byte order is numeric order.
enum Key {
  static let header = key(.header)
  static let activeModel = key(.activeModel)
  static let sealing = key(.sealing)
  static let copying = key(.copying)

  static func counter(_ counter: Counter) -> [UInt8] { [KeyKind.counter.rawValue, counter.rawValue] }
  static func gallery(_ id: GalleryID) -> [UInt8] { [KeyKind.gallery.rawValue] + id.name.utf8 }
  static func identity(_ gallery: UInt64, _ id: IdentityID) -> [UInt8] { key(.identity, gallery, id.value) }
  static func name(_ gallery: UInt64, hash: [UInt8]) -> [UInt8] { key(.name, gallery) + hash }
  static func face(_ gallery: UInt64, _ id: FaceID) -> [UInt8] { key(.face, gallery, id.value) }
  static func identityFace(_ gallery: UInt64, _ identity: IdentityID, _ face: FaceID) -> [UInt8] {
    key(.identityFace, gallery, identity.value, face.value)
  }
  static func crop(_ gallery: UInt64, _ id: FaceID) -> [UInt8] { key(.crop, gallery, id.value) }
  static func embedding(model: UInt64, _ gallery: UInt64, _ face: FaceID) -> [UInt8] {
    key(.embedding, model, gallery, face.value)
  }
  static func request(_ gallery: UInt64, _ id: String) -> [UInt8] { key(.request, gallery) + id.utf8 }
  static func requestTime(_ createdAt: Int64, _ gallery: UInt64, _ id: some Sequence<UInt8>) -> [UInt8] {
    key(.requestTime, UInt64(bitPattern: createdAt), gallery) + id
  }
  static func photograph(_ gallery: UInt64, _ identity: IdentityID, hash: [UInt8]) -> [UInt8] {
    key(.photograph, gallery, identity.value) + hash
  }
  static func deletedPhotograph(_ gallery: UInt64, hash: [UInt8]) -> [UInt8] {
    key(.deletedPhotograph, gallery) + hash
  }
  static func jobEmbedding(_ job: JobID, _ gallery: UInt64, _ face: FaceID) -> [UInt8] {
    key(.jobEmbedding, job.value, gallery, face.value)
  }
  static func change(_ gallery: UInt64, _ number: UInt64) -> [UInt8] { key(.change, gallery, number) }
  static func changePayload(_ gallery: UInt64, _ number: UInt64) -> [UInt8] { key(.changePayload, gallery, number) }
  static func apart(_ gallery: UInt64, _ identity: IdentityID, _ other: IdentityID) -> [UInt8] {
    key(.apart, gallery, identity.value, other.value)
  }
  static func calibration(_ gallery: UInt64, _ model: ModelID) -> [UInt8] { key(.calibration, gallery) + model.bytes }
  static func dataKey(_ gallery: UInt64, _ identity: IdentityID) -> [UInt8] { key(.dataKey, gallery, identity.value) }
  static func model(_ id: ModelID) -> [UInt8] { [KeyKind.model.rawValue] + id.bytes }
  static func job(_ id: JobID) -> [UInt8] { key(.job, id.value) }
  static func modelPart(_ id: ModelID, _ part: UInt64) -> [UInt8] {
    [KeyKind.modelPart.rawValue] + id.bytes + key(.modelPart, part).dropFirst()
  }
  static func modelParts(_ id: ModelID) -> KeyRange { KeyRange(prefix: [KeyKind.modelPart.rawValue] + id.bytes) }
  static func jobWish(_ id: JobID) -> [UInt8] { key(.jobWish, id.value) }
  static func document(_ name: String) -> [UInt8] { [KeyKind.document.rawValue] + name.utf8 }
  static func feed(_ number: UInt64) -> [UInt8] { key(.feed, number) }
  static func cleanup(_ number: UInt64) -> [UInt8] { key(.cleanup, number) }

  /// The kind's byte and then each number, big-endian.
  static func key(_ kind: KeyKind, _ numbers: UInt64...) -> [UInt8] {
    var bytes = [kind.rawValue]
    bytes.reserveCapacity(1 + 8 * numbers.count + 16)
    for number in numbers { unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// Every key of the kind whose first numbers are these.
  static func range(_ kind: KeyKind, _ numbers: UInt64...) -> KeyRange {
    var bytes = [kind.rawValue]
    for number in numbers { unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) } }
    return KeyRange(prefix: bytes)
  }

  /// The number at `index` (0 for the one after the kind's byte) of a key whose kind has it.
  static func number(_ index: Int, of key: [UInt8]) throws(StoreError) -> UInt64 {
    let start = 1 + 8 * index
    guard key.count >= start + 8 else { throw .corrupt("key", "it ends early") }
    return key[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension ModelID {
  /// The 32 bytes of the hash.
  var bytes: [UInt8] {
    let digits = hex.utf8.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  init(bytes: some Collection<UInt8>) throws(StoreError) {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    do {
      try self.init(hex: String(decoding: text, as: UTF8.self))
    } catch {
      throw .corrupt("model id", "it is not 32 bytes")
    }
  }
}
