internal import FaceNet
internal import FaceTypes
internal import Images

/// One view as both networks see it: each cuts its own crop out of the same picture by the same frame.
struct FaceView: Sendable {
  var picture: Image
  var frame: FaceFrame
  /// Whether every crop is turned about, left for right.
  var isMirrored: Bool

  func crop(_ input: InputSpecification) -> Image {
    let crop = input.crop(picture, frame)
    return isMirrored ? crop.mirrored() : crop
  }
}

/// Makes the pictures of views out of a data set.
struct ViewMaker: Sendable {
  let data: FaceDataset
  /// Of every picture, upright.
  let frames: [FaceFrame]
  let augmentation: Recipe.Augmentation
  let plan: Recipe.Teaching
  /// The student's, whose pixels `augmentation.shift` counts.
  let input: InputSpecification

  /// The view as it is drawn, neither moved nor harmed.
  func clean(_ draw: ViewDraw) -> FaceView {
    let (picture, frame) = (data.picture(draw.picture), frames[draw.picture])
    guard let partner = draw.partner, let mask = draw.mask else {
      return FaceView(picture: picture, frame: frame, isMirrored: false)
    }
    let blend = FaceBlend.blend(picture, frame, data.picture(partner), frames[partner], mask: mask)
    return FaceView(picture: blend, frame: frame, isMirrored: false)
  }

  /// The view moved, mirrored and harmed at random, as the recipe's `augmentation` and `teaching` say.
  func changed(_ draw: ViewDraw, random: inout RandomSource) -> FaceView {
    var view = clean(draw)
    let shift = Double(augmentation.shift) * view.frame.eyeMouthDistance * input.cropSide / Double(input.longerSide)
    view.frame.centre.x += Double(random.symmetric()) * shift
    view.frame.centre.y += Double(random.symmetric()) * shift
    view.frame.eyeMouthDistance *= 1 + Double(random.symmetric() * augmentation.scale)
    view.frame.roll += Double(random.symmetric() * augmentation.rotation) * .pi / 180
    view.isMirrored = augmentation.mirror && Bool.random(using: &random)
    view.picture = harmed(view.picture, random: &random)
    return view
  }

  private func harmed(_ picture: Image, random: inout RandomSource) -> Image {
    var picture = picture
    let (width, height) = (picture.width, picture.height)
    if Float.random(in: 0..<1, using: &random) < plan.lowResolution {
      let side = Int.random(in: 24...64, using: &random)
      picture = picture.resized(width: side, height: side).resized(width: width, height: height)
    }
    var planes = Self.planes(picture)
    planes.withUnsafeMutableBufferPointer { planes in
      guard let base = planes.baseAddress else { return }
      augmentation.light?.finish(base, width: width, height: height, mean: 0, scale: 1, random: &random)
      if let share = augmentation.occlusion, Float.random(in: 0..<1, using: &random) < share {
        RandomErasing.cover(base, width: width, height: height, mean: 0, scale: 1, random: &random)
      }
    }
    picture = Image(width: width, height: height, pixels: Self.bytes(planes))
    if Float.random(in: 0..<1, using: &random) < plan.compression {
      let quality = Int.random(in: 15...60, using: &random)
      if let file = try? picture.encodeJPEG(quality: quality), let decoded = try? ImageDecoder.decode(file) {
        picture = decoded
      }
    }
    return picture
  }

  /// Interleaved bytes to planes of numbers.
  private static func planes(_ picture: Image) -> [Float] {
    let area = picture.width * picture.height
    return [Float](unsafeUninitializedCapacity: 3 * area) { planes, initialised in
      picture.pixels.withUnsafeBufferPointer { bytes in
        for channel in 0..<3 {
          for pixel in 0..<area { planes[channel * area + pixel] = Float(bytes[3 * pixel + channel]) }
        }
      }
      initialised = 3 * area
    }
  }

  /// Planes of numbers, 0 to 255, to interleaved bytes.
  private static func bytes(_ planes: [Float]) -> [UInt8] {
    let area = planes.count / 3
    return [UInt8](unsafeUninitializedCapacity: planes.count) { bytes, initialised in
      planes.withUnsafeBufferPointer { planes in
        for channel in 0..<3 {
          for pixel in 0..<area {
            bytes[3 * pixel + channel] = UInt8(max(0, min(255, planes[channel * area + pixel])).rounded())
          }
        }
      }
      initialised = planes.count
    }
  }
}
