internal import Images

extension Image {
  /// The part of this width and height about the picture's centre.
  /// - Precondition: it is no larger than the picture.
  func middle(width newWidth: Int, height newHeight: Int) -> Image {
    if newWidth == width && newHeight == height { return self }
    let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
    var part: [UInt8] = []
    part.reserveCapacity(newWidth * newHeight * 3)
    for row in top..<top + newHeight {
      let start = (row * width + left) * 3
      part.append(contentsOf: pixels[start..<start + newWidth * 3])
    }
    return Image(width: newWidth, height: newHeight, pixels: part)
  }
}
