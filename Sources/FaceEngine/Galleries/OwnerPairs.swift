internal import FaceTypes

/// Whose face each is, as bytes: for each face its number and its identity's, 64 bits little-endian, in the order of
/// the faces, so that templates are summed in the order in which they grew.
enum OwnerPairs {
  static func encode(_ owners: [FaceID: IdentityID]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(owners.count * 16)
    for (face, identity) in owners.sorted(by: { $0.key < $1.key }) {
      for number in [face.value, identity.value] {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  static func decode(_ bytes: [UInt8]) -> [(face: FaceID, identity: IdentityID)] {
    unsafe bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 16).map { i in
        let face = unsafe bytes.loadUnaligned(fromByteOffset: 16 * i, as: UInt64.self)
        let identity = unsafe bytes.loadUnaligned(fromByteOffset: 16 * i + 8, as: UInt64.self)
        return (FaceID(UInt64(littleEndian: face)), IdentityID(UInt64(littleEndian: identity)))
      }
    }
  }
}
