internal import FaceNet
internal import FaceTypes
internal import Images

/// One picture of a data set: read, decoded and cut to a square about the face.
enum PictureReader {
  static let maximumBytes = 64 << 20

  static func decode(_ path: String) throws(TrainingError) -> Image {
    do {
      return try ImageDecoder.decode(try FileBytes.read(path, limit: maximumBytes))
    } catch {
      throw TrainingError(.badData, "'\(path)': \(error)")
    }
  }

  /// A square of `side` eye–mouth distances in `pixels` × `pixels`, not turned, and where the landmarks are in it.
  static func read(
    _ path: String, landmarks: Landmarks?, side: Double, pixels: Int
  ) throws(TrainingError) -> (picture: Image, landmarks: Landmarks?) {
    let picture = try decode(path)
    guard let landmarks else {
      guard picture.width == picture.height else {
        throw TrainingError(
          .badData, "'\(path)' is not square, and there are no landmarks to cut it by: put a .landmarks.csv beside it")
      }
      return (picture.width == pixels ? picture : whole(picture, pixels), nil)
    }
    guard let square = square(picture, landmarks, side: side, pixels: pixels) else {
      throw TrainingError(.badData, "'\(path)' has landmarks that lie in one point")
    }
    return square
  }

  /// The same of a picture that is decoded already; nil where the landmarks lie in one point.
  static func square(
    _ picture: Image, _ landmarks: Landmarks, side: Double, pixels: Int
  ) -> (picture: Image, landmarks: Landmarks)? {
    let frame = FaceFrame(landmarks: landmarks)
    let wanted = frame.eyeMouthDistance * side
    guard wanted >= 4 else { return nil }
    // A picture that is the wanted square already is not resampled: that would only blur it.
    let middle = Double(picture.width) / 2
    let fits =
      picture.width == pixels && picture.height == pixels && abs(wanted - Double(pixels)) < 0.02 * wanted
      && abs(frame.centre.x - middle) < 0.5 && abs(frame.centre.y - middle) < 0.5
    if fits { return (picture, landmarks) }
    let square = picture.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: wanted, rotation: 0, pixels: pixels)
    let factor = Double(pixels) / wanted
    return (
      square,
      landmarks.map {
        Point(
          x: ($0.x - frame.centre.x) * factor + Double(pixels) / 2,
          y: ($0.y - frame.centre.y) * factor + Double(pixels) / 2)
      }
    )
  }

  private static func whole(_ picture: Image, _ pixels: Int) -> Image {
    picture.crop(
      centreX: Double(picture.width) / 2, centreY: Double(picture.height) / 2, side: Double(picture.width), rotation: 0,
      pixels: pixels)
  }
}
