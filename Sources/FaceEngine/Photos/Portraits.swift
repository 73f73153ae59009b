internal import FaceDetection
internal import FaceTypes
internal import Images

extension PhotoPipeline {
  /// A face and the pixels to look at it in.
  struct Portrait: Sendable {
    /// In pixels of the turned photograph.
    let face: Detection
    let image: Image
    /// In pixels of `image`.
    let place: Detection
  }

  /// An eye–mouth distance of so many pixels is enough for crops, in the picture that was searched: what a face network sees, and
  /// a little more. Smaller faces are looked at in the file's own pixels.
  static let enoughDistance = 36.0
  /// One of so many is plenty: twice what the kept crop has. Crops of larger faces are cut from a smaller version, which spares
  /// the averaging of many pixels.
  private static let plentyDistance = 2 * Double(CanonicalCrop.pixels) / CanonicalCrop.side
  /// Half the side of what is read of the file for a face, in eye–mouth distances: half the diagonal of the kept crop.
  private static let reach = 3.5

  /// The photograph's faces, ready for crops: from the picture that was searched, and where that shows a face too small, from
  /// the photograph at full size, of which no more is decoded than these faces need.
  func portraits(_ photo: Photo) throws(EngineError) -> [Portrait] {
    let small = photo.faces.indices.filter { isSmall(photo.faces[$0], in: photo) }
    guard
      let part = Self.part(
        small.map { photo.faces[$0].frame }, width: photo.size.width, height: photo.size.height)
    else {
      return photo.faces.map { Self.portrait($0, photo) }
    }
    let region = try Stage.decode.measure { () throws(EngineError) in try read(part, of: photo) }
    return try Stage.detect.measure { () throws(EngineError) in
      var portraits: [Portrait] = []
      for (number, face) in photo.faces.enumerated() {
        guard small.contains(number) else {
          portraits.append(Self.portrait(face, photo))
          continue
        }
        let place = try refined(face.moved(x: -Double(part.left), y: -Double(part.top)), in: region)
        portraits.append(
          Portrait(face: place.moved(x: Double(part.left), y: Double(part.top)), image: region, place: place))
      }
      return portraits
    }
  }

  private func isSmall(_ face: Detection, in photo: Photo) -> Bool {
    photo.size.divisor > 1 && face.frame.eyeMouthDistance / Double(photo.size.divisor) < Self.enoughDistance
  }

  private static func portrait(_ face: Detection, _ photo: Photo) -> Portrait {
    let place = face.place(in: photo.size)
    var step = 1
    while place.frame.eyeMouthDistance >= plentyDistance * Double(2 * step) { step *= 2 }
    guard step > 1,
      let part = part([place.frame], width: photo.image.width, height: photo.image.height, multipleOf: step)
    else { return Portrait(face: face, image: photo.image, place: place) }
    var image = photo.image.part(part)
    while image.width > part.width / step { image = image.resized(width: image.width / 2, height: image.height / 2) }
    let size = ReducedSize(width: part.width, height: part.height, divisor: step)
    return Portrait(
      face: face, image: image, place: place.moved(x: -Double(part.left), y: -Double(part.top)).place(in: size))
  }

  /// What holds the crops of all these faces, in a picture of this size; its sides are multiples of `step`.
  private static func part(
    _ frames: [FaceFrame], width: Int, height: Int, multipleOf step: Int = 1
  ) -> PixelRectangle? {
    var (left, top, right, bottom) = (width, height, 0, 0)
    for frame in frames {
      let reach = reach * frame.eyeMouthDistance
      left = min(left, whole(frame.centre.x - reach, width - 1))
      right = max(right, whole(frame.centre.x + reach, width - 1))
      top = min(top, whole(frame.centre.y - reach, height - 1))
      bottom = max(bottom, whole(frame.centre.y + reach, height - 1))
    }
    let (across, down) = ((right - left + 1) / step * step, (bottom - top + 1) / step * step)
    guard across > 0, down > 0 else { return nil }
    return PixelRectangle(left: left, top: top, width: across, height: down)
  }

  private static func whole(_ place: Double, _ last: Int) -> Int { Int(min(max(place, 0), Double(last))) }

  private func read(_ part: PixelRectangle, of photo: Photo) throws(EngineError) -> Image {
    try CancellationFlag.check()
    do throws(ImageError) {
      let upright = photo.turn.original(part, in: photo.size)
      return try ImageDecoder.region(photo.bytes, upright, limits: limits).turned(photo.turn)
    } catch {
      throw EngineError(error)
    }
  }

  private func refined(_ face: Detection, in image: Image) throws(EngineError) -> Detection {
    do throws(DetectionError) { return try detector.refined(face, in: image) } catch { throw EngineError(error) }
  }
}

extension QuarterTurn {
  /// A part of the turned picture in the one that it was turned from.
  fileprivate func original(_ part: PixelRectangle, in size: ReducedSize) -> PixelRectangle {
    let box = original(
      Box(x: Double(part.left), y: Double(part.top), width: Double(part.width), height: Double(part.height)), in: size)
    return PixelRectangle(left: Int(box.x), top: Int(box.y), width: Int(box.width), height: Int(box.height))
  }
}
