/// Encrypts a checkpoint block by block, so that its vectors are on the disk in no other form.
public protocol CheckpointSeal: Sendable {
  /// Bytes that a sealed block has more than the plain one.
  var overhead: Int { get }
  /// The sealed block; nil where that fails.
  func seal(_ block: UnsafeRawBufferPointer, number: Int) -> [UInt8]?
  /// The plain block; nil where it was changed, or sealed by another or in another place.
  func open(_ block: UnsafeRawBufferPointer, number: Int) -> [UInt8]?
}

enum SealedBlocks {
  /// Bytes of a plain block.
  static let size = 1 << 20
}
