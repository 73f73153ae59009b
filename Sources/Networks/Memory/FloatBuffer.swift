internal import Glibc

/// Uninitialised floats on a page of their own, freed with the object.
final class FloatBuffer {
  let count: Int
  let pointer: UnsafeMutablePointer<Float>

  init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    // Maps of many megabytes: huge pages save most of the faults of the first pass and most TLB misses of all.
    let alignment = bytes >= 1 << 21 ? 1 << 21 : 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    if alignment > 64 { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  convenience init(zeros count: Int) {
    self.init(count: count)
    pointer.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// A buffer that grows between passes; what it held is lost then.
final class GrowingBuffer {
  private var buffer = FloatBuffer(count: 0)

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

  func reserve(_ count: Int) {
    if buffer.count < count { buffer = FloatBuffer(count: count) }
  }
}
