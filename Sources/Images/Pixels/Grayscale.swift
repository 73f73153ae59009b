extension Image {
  /// Luma of every pixel, `width * height` bytes: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) in 8-bit fixed point.
  public func grayscale() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: width * height) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for index in 0..<width * height {
          let red = 77 * UInt32(source[3 * index])
          let green = 150 * UInt32(source[3 * index + 1])
          let blue = 29 * UInt32(source[3 * index + 2])
          target[index] = UInt8(truncatingIfNeeded: (red + green + blue + 128) >> 8)
        }
      }
      count = width * height
    }
  }
}
