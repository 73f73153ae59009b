internal import Crypto
package import FaceStore
internal import Foundation
internal import VectorIndex

/// Seals index checkpoints of an encrypted store with AES-256-GCM, under a key that follows from the master key. After that
/// one is changed, the indexes are built anew.
package struct CheckpointSealing: CheckpointSeal {
  private let key: SymmetricKey

  package init(_ master: MasterKey) { key = master.derived("index checkpoints") }

  package var overhead: Int { 28 }

  package func seal(_ block: UnsafeRawBufferPointer, number: Int) -> [UInt8]? {
    guard let box = unsafe try? AES.GCM.seal(block, using: key, authenticating: Self.place(number)) else { return nil }
    return Array(box.nonce) + box.ciphertext + box.tag
  }

  package func open(_ block: UnsafeRawBufferPointer, number: Int) -> [UInt8]? {
    guard let box = unsafe try? AES.GCM.SealedBox(combined: Data(block)),
      let plain = try? AES.GCM.open(box, using: key, authenticating: Self.place(number))
    else { return nil }
    return Array(plain)
  }

  /// Blocks do not open in another's place.
  private static func place(_ number: Int) -> [UInt8] {
    unsafe withUnsafeBytes(of: UInt64(number).littleEndian) { unsafe Array($0) }
  }
}
