internal import Crypto
internal import FaceTypes
internal import Foundation
internal import Synchronization

/// How a store keeps crops and embeddings where it is encrypted: sealed with AES-256-GCM under a key of their identity, which
/// is in the store wrapped by the master key.
///
/// What is sealed names its place: a value that was moved to another key of the database does not open.
final class Sealing: Sendable {
  /// Bytes that a sealed value has more than the plain one: a nonce of 12 and a tag of 16.
  static let overhead = 28
  private static let version: UInt8 = 1
  /// Unwrapped keys that are remembered.
  private static let remembered = 100_000

  private let wrapping: SymmetricKey
  /// By the wrapped form, so that a key that is deleted or made anew is never taken for another.
  private let unwrapped = Mutex<[[UInt8]: SymmetricKey]>([:])

  init(_ master: MasterKey) { wrapping = master.derived("data keys") }

  /// A new key for an identity, wrapped.
  func newKey(at place: [UInt8]) -> [UInt8] { wrap(SymmetricKey(size: .bits256), at: place) }

  private func wrap(_ key: SymmetricKey, at place: [UInt8]) -> [UInt8] {
    unsafe [Self.version] + Self.seal(key.withUnsafeBytes { unsafe Array($0) }, wrapping, at: place)
  }

  /// - Throws: `corruption` where it was not wrapped by this master key for this place.
  func key(_ wrapped: [UInt8], at place: [UInt8]) throws(StoreError) -> SymmetricKey {
    if let known = unwrapped.withLock({ $0[wrapped] }) { return known }
    guard wrapped.first == Self.version else { throw .corrupt("data key", "its version is not \(Self.version)") }
    let key = SymmetricKey(data: try Self.open(wrapped.dropFirst(), wrapping, at: place))
    unwrapped.withLock { keys in
      if keys.count >= Self.remembered { keys.removeAll() }
      keys[wrapped] = key
    }
    return key
  }

  /// The same key, wrapped by another master key.
  func rewrapped(_ wrapped: [UInt8], at place: [UInt8], by other: Sealing) throws(StoreError) -> [UInt8] {
    other.wrap(try key(wrapped, at: place), at: place)
  }

  static func seal(_ plain: [UInt8], _ key: SymmetricKey, at place: [UInt8]) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(plain, using: key, authenticating: place)
      return Array(box.nonce) + box.ciphertext + box.tag
    } catch {
      // It fails for keys of other sizes alone.
      preconditionFailure("AES-GCM refused a key of 256 bits: \(error)")
    }
  }

  static func open(
    _ sealed: some Collection<UInt8>, _ key: SymmetricKey, at place: [UInt8]
  ) throws(StoreError) -> [UInt8] {
    do {
      return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: Data(sealed)), using: key, authenticating: place))
    } catch {
      throw StoreError(
        .corruption, "an encrypted record cannot be opened: it was changed, or was written with another key")
    }
  }
}

extension RecordSource {
  /// The key of an identity's crops and embeddings; nil where it has none yet.
  func dataKey(of identity: IdentityID, in gallery: UInt64, _ sealing: Sealing) throws(StoreError) -> SymmetricKey? {
    let place = Key.dataKey(gallery, identity)
    guard let wrapped = try value(place) else { return nil }
    return try sealing.key(wrapped, at: place)
  }

  /// A crop or an embedding of a face of the identity, in the clear.
  ///
  /// - Throws: `corruption` where it is sealed and does not open.
  func payload(_ key: [UInt8], of identity: IdentityID, in gallery: UInt64) throws(StoreError) -> [UInt8]? {
    guard let stored = try value(key) else { return nil }
    return try plain(stored, at: key, of: identity, in: gallery)
  }

  /// What is stored under a key, in the clear.
  func plain(
    _ stored: [UInt8], at key: [UInt8], of identity: IdentityID, in gallery: UInt64
  ) throws(StoreError) -> [UInt8] {
    guard let sealing else { return stored }
    guard let dataKey = try dataKey(of: identity, in: gallery, sealing) else {
      throw .corrupt("identity \(identity)", "its data key is missing")
    }
    return try Sealing.open(stored, dataKey, at: key)
  }
}

extension Transaction {
  /// Makes the key of an identity that gets its first face, where the store is encrypted: one with faces always has one.
  mutating func ensureDataKey(of identity: IdentityID, in gallery: UInt64) throws(StoreError) {
    guard let sealing else { return }
    let place = Key.dataKey(gallery, identity)
    if try value(place) == nil { put(place, sealing.newKey(at: place)) }
  }

  /// Puts a crop or an embedding of a face of the identity, sealed where the store is encrypted.
  mutating func putPayload(
    _ key: [UInt8], _ plain: [UInt8], of identity: IdentityID, in gallery: UInt64
  ) throws(StoreError) {
    guard let sealing else { return put(key, plain) }
    try ensureDataKey(of: identity, in: gallery)
    guard let dataKey = try dataKey(of: identity, in: gallery, sealing) else { return }
    put(key, Sealing.seal(plain, dataKey, at: key))
  }

  /// Seals crops and embeddings of faces that become another identity's under that one's key.
  mutating func reseal(
    _ faces: [FaceRecord], from: IdentityID, to into: IdentityID, in gallery: UInt64
  ) throws(StoreError) {
    guard sealing != nil else { return }
    guard faces.count <= StoreLimits.sealedFacesPerChange else {
      throw StoreError(
        .invalidArgument,
        "one change moves at most \(StoreLimits.sealedFacesPerChange) faces of an encrypted store, not \(faces.count); move "
          + "some first")
    }
    try ensureDataKey(of: into, in: gallery)
    let models = try view.models().map(\.number)
    for face in faces {
      let keys = [Key.crop(gallery, face.id)] + models.map { Key.embedding(model: $0, gallery, face.id) }
      for key in keys {
        guard let plain = try payload(key, of: from, in: gallery) else { continue }
        try putPayload(key, plain, of: into, in: gallery)
      }
    }
  }
}
