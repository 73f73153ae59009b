internal import FaceTypes
internal import Glibc

/// One changed crop of a face and its landmarks in it.
struct AlignerSample {
  let recipe: AlignerRecipe
  /// Pixels of the crop's side.
  let output: Int

  /// Writes three planes of `output` × `output` numbers and the ten coordinates, in half sides from the centre.
  /// - Parameter other: a square that may come to lie over a part of the face.
  func write(
    _ picture: PictureBytes, landmarks: Landmarks, over other: PictureBytes, to planes: UnsafeMutablePointer<Float>,
    target: UnsafeMutablePointer<Float>, random: inout RandomSource
  ) {
    let plan = recipe.augmentation
    let face = FaceFrame(fitting: landmarks)
    let centre = face.point(right: random.normal() * Double(plan.shift), down: random.normal() * Double(plan.shift))
    let size = face.eyeMouthDistance * exp(random.normal() * Double(plan.scale))
    let nearlyUpright = Float.random(in: 0..<1, using: &random) < plan.uprightShare
    let turn = nearlyUpright ? Float(random.normal()) * plan.uprightRotation : random.symmetric() * plan.rotation
    let frame = FaceFrame(centre: centre, eyeMouthDistance: size, roll: face.roll + Double(turn) * .pi / 180)
    let mirror = plan.mirror && Bool.random(using: &random)

    let isCoarse = Float.random(in: 0..<1, using: &random) < plan.coarse
    let pixels = isCoarse ? Int.random(in: plan.fewestPixels...output, using: &random) : output
    warp(picture, frame, mirror: mirror, pixels: pixels, to: planes)
    let half = size * recipe.cropSide / 2
    let (cosine, sine) = (cos(frame.roll) / half, sin(frame.roll) / half)
    var points = landmarks.points.map { point in
      let (dx, dy) = (point.x - centre.x, point.y - centre.y)
      return (x: Float(dx * cosine + dy * sine), y: Float(dy * cosine - dx * sine))
    }
    if mirror {
      // The person's right becomes the left.
      points = points.map { (-$0.x, $0.y) }
      points.swapAt(0, 1)
      points.swapAt(3, 4)
    }
    for (index, point) in points.enumerated() {
      target[2 * index] = point.x
      target[2 * index + 1] = point.y
    }
    change(planes, points.map { Point(x: (1 + Double($0.x)) * middle, y: (1 + Double($0.y)) * middle) }, other, &random)
  }

  private var middle: Double { Double(output) / 2 }

  /// Cuts, covers, harms and lights.
  /// - Parameter points: the landmarks, in the crop's pixels.
  private func change(
    _ planes: UnsafeMutablePointer<Float>, _ points: [Point], _ other: PictureBytes, _ random: inout RandomSource
  ) {
    let plan = recipe.augmentation
    func happens(_ share: Float) -> Bool { Float.random(in: 0..<1, using: &random) < share }
    let frame = FaceFrame(
      fitting: Landmarks(
        rightEye: points[0], leftEye: points[1], nose: points[2], rightMouth: points[3], leftMouth: points[4]))
    if happens(plan.cut) { cut(planes, frame, &random) }
    if happens(plan.occlusion) { cover(planes, random: &random) }
    let harm = CropHarm(plan: plan.harm, side: output)
    let box = FaceBox.of(frame)
    let face = SceneFace(box: box, landmarks: FaceTemplate.landmarks)
    harm.write(to: planes, face: face, random: &random) { target, random in
      let step = Float(other.width) / Float(output) * Float.random(in: 0.5...1, using: &random)
      let centre = (x: Float(other.width) / 2, y: Float(other.height) / 2)
      Warp(centre: centre, step: step, angle: (1, 0), mirror: false, pixels: output)
        .write(other, to: target, width: output, height: output, outside: .edge)
    }
    plan.light.finish(planes, width: output, height: output, mean: 0, scale: 1, random: &random)
    harm.compress(planes, random: &random)
    for index in 0..<3 * output * output { planes[index] = (planes[index] - 127.5) * (1 / 128) }
  }

  /// The picture ends at the brow, the chin or beside the eyes; its edge goes on, or there is black, grey or white.
  private func cut(_ planes: UnsafeMutablePointer<Float>, _ frame: FaceFrame, _ random: inout RandomSource) {
    func pixel(_ place: Double) -> Int { max(1, min(output - 1, Int(place.rounded()))) }
    func away(_ range: ClosedRange<Double>) -> Double {
      frame.eyeMouthDistance * Double.random(in: range, using: &random)
    }
    let left = pixel(frame.centre.x - away(0.65...1.4))
    let top = pixel(frame.centre.y - away(0.7...1.5))
    let right = max(left + 1, pixel(frame.centre.x + away(0.65...1.4)))
    let bottom = max(top + 1, pixel(frame.centre.y + away(0.65...1.3)))
    let window = PixelWindow(columns: left..<right, rows: top..<bottom)
    let beyond: Float? = Bool.random(using: &random) ? nil : [0, 127.5, 255].randomElement(using: &random)
    for channel in 0..<3 {
      let plane = planes + channel * output * output
      if let beyond { window.surround(plane, side: output, with: beyond) } else { window.extend(plane, side: output) }
    }
  }

  /// The crop, by way of one of `pixels` a side where that is fewer.
  private func warp(
    _ picture: PictureBytes, _ frame: FaceFrame, mirror: Bool, pixels: Int, to planes: UnsafeMutablePointer<Float>
  ) {
    let step = Float(frame.eyeMouthDistance * recipe.cropSide) / Float(pixels)
    // As many samples to a pixel and axis as the picture has pixels there.
    let samples = max(1, Int(step.rounded(.up)))
    let fine = pixels * samples
    let warp = Warp(
      centre: (Float(frame.centre.x), Float(frame.centre.y)), step: step / Float(samples),
      angle: (cosf(Float(frame.roll)), sinf(Float(frame.roll))), mirror: mirror, pixels: fine)
    if fine == output { return warp.write(picture, to: planes, width: output, height: output, outside: .edge) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * (fine * fine + pixels * pixels)) { memory in
      guard let wide = memory.baseAddress else { return }
      let narrow = wide + 3 * fine * fine
      warp.write(picture, to: wide, width: fine, height: fine, outside: .edge)
      for channel in 0..<3 {
        Resampling.shrink(wide + channel * fine * fine, side: fine, by: samples, to: narrow + channel * pixels * pixels)
        Resampling.enlarge(
          narrow + channel * pixels * pixels, side: pixels, to: planes + channel * output * output, side: output)
      }
    }
  }

  /// A rectangle of one colour over up to a quarter of the crop.
  private func cover(_ planes: UnsafeMutablePointer<Float>, random: inout RandomSource) {
    let width = Int.random(in: output / 8...output / 2, using: &random)
    let height = Int.random(in: output / 8...output / 2, using: &random)
    let left = Int.random(in: 0...output - width, using: &random)
    let top = Int.random(in: 0...output - height, using: &random)
    for channel in 0..<3 {
      let colour = Float.random(in: 0...255, using: &random)
      let plane = planes + channel * output * output
      for row in top..<top + height { (plane + row * output + left).update(repeating: colour, count: width) }
    }
  }
}

/// Square planes at other sizes.
enum Resampling {
  /// The mean over `factor` × `factor` values each.
  static func shrink(_ plane: UnsafePointer<Float>, side: Int, by factor: Int, to out: UnsafeMutablePointer<Float>) {
    let small = side / factor
    let share = 1 / Float(factor * factor)
    for row in 0..<small {
      for column in 0..<small {
        var sum: Float = 0
        for y in row * factor..<(row + 1) * factor {
          for x in column * factor..<(column + 1) * factor { sum += plane[y * side + x] }
        }
        out[row * small + column] = sum * share
      }
    }
  }

  /// Bilinear, by the centres of pixels; edges are repeated.
  static func enlarge(_ plane: UnsafePointer<Float>, side: Int, to out: UnsafeMutablePointer<Float>, side large: Int) {
    let step = Float(side) / Float(large)
    let last = Float(side - 1)
    for row in 0..<large {
      let y = max(0, min(last, (Float(row) + 0.5) * step - 0.5))
      let top = Int(y)
      let fy = y - Float(top)
      let (upper, lower) = (plane + top * side, plane + min(top + 1, side - 1) * side)
      for column in 0..<large {
        let x = max(0, min(last, (Float(column) + 0.5) * step - 0.5))
        let left = Int(x)
        let right = min(left + 1, side - 1)
        let fx = x - Float(left)
        let above = upper[left] * (1 - fx) + upper[right] * fx
        let below = lower[left] * (1 - fx) + lower[right] * fx
        out[row * large + column] = above * (1 - fy) + below * fy
      }
    }
  }
}
