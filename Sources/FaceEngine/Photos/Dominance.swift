internal import FaceDetection
internal import FaceTypes
internal import Glibc
internal import Images

/// Which face a photograph is about, where it shows several.
enum Dominance {
  /// How much more a face has to weigh than the next one to stand out.
  static let factor = 2.0

  /// The face that stands out; nil where none does.
  static func face(in photo: PhotoPipeline.Photo) -> Detection? {
    let (width, height) = (Double(photo.size.width), Double(photo.size.height))
    let weighed = photo.faces.map { (face: $0, weight: weight(of: $0, width, height)) }.sorted { $0.weight > $1.weight }
    guard let first = weighed.first else { return nil }
    guard weighed.count > 1 else { return first.face }
    return first.weight >= factor * weighed[1].weight ? first.face : nil
  }

  /// A face's area within the picture, less the further from its middle: at the corners a quarter counts.
  private static func weight(of face: Detection, _ width: Double, _ height: Double) -> Double {
    let box = face.box
    let across = min(box.x + box.width, width) - max(box.x, 0)
    let down = min(box.y + box.height, height) - max(box.y, 0)
    guard across > 0, down > 0 else { return 0 }
    let distance =
      hypot(face.frame.centre.x - width / 2, face.frame.centre.y - height / 2) / hypot(width / 2, height / 2)
    let nearness = 1 - min(distance, 1) / 2
    return across * down * nearness * nearness
  }
}
