/// What a network expects of a picture: which square about the face, in which size, as which numbers.
public struct InputSpecification: Sendable, Hashable, Codable {
  /// The input's height and width in pixels.
  public var height: Int
  public var width: Int
  /// The order of the planes; `RGB` is the only one in use.
  public var channelOrder: String
  /// A byte x enters the network as (x − mean) / scale.
  public var mean: Float
  public var scale: Float
  /// The side of the square about the face frame's centre, as a multiple of its eye–mouth distance. Not rotated.
  public var cropSide: Double

  public init(
    height: Int, width: Int, channelOrder: String = "RGB", mean: Float = 127.5, scale: Float = 128, cropSide: Double
  ) {
    self.height = height
    self.width = width
    self.channelOrder = channelOrder
    self.mean = mean
    self.scale = scale
    self.cropSide = cropSide
  }

  /// Interleaved RGB bytes to planes of numbers (channel, row, column), appended to `batch`.
  func append(_ pixels: [UInt8], to batch: inout [Float]) {
    for channel in 0..<3 {
      for index in stride(from: channel, to: pixels.count, by: 3) {
        batch.append((Float(pixels[index]) - mean) / scale)
      }
    }
  }
}
