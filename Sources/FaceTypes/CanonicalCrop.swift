/// The square that is kept of every enrolled face, larger than any network's input, so that a later model with
/// another input size or margin can be served from it.
public enum CanonicalCrop {
  /// Width and height in pixels.
  public static let pixels = 224
  /// The side as a multiple of `FaceFrame.eyeMouthDistance`. A model's crop may be at most as wide.
  public static let side = 4.8

  /// Where the face lies in a kept crop of `pixels` × `pixels`.
  public static func frame(pixels: Int = pixels) -> FaceFrame {
    let middle = Double(pixels) / 2
    return FaceFrame(centre: Point(x: middle, y: middle), eyeMouthDistance: Double(pixels) / side)
  }
}
