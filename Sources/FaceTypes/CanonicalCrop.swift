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

  /// Where the crop of a face is cut: by its landmarks where there are any, never turned, so that models with upright
  /// crops and models without are served from the same square.
  public static func frame(landmarks: Landmarks?, otherwise frame: FaceFrame) -> FaceFrame {
    landmarks.map { FaceFrame(landmarks: $0) }
      ?? FaceFrame(centre: frame.centre, eyeMouthDistance: frame.eyeMouthDistance)
  }

  /// A photograph's point in the crop that was cut by `frame`, in pixels of the crop.
  public static func place(_ point: Point, frame: FaceFrame, pixels: Int = pixels) -> Point {
    let scale = Double(pixels) / (side * frame.eyeMouthDistance)
    let middle = Double(pixels) / 2
    return Point(
      x: middle + (point.x - frame.centre.x) * scale, y: middle + (point.y - frame.centre.y) * scale)
  }
}
