internal import FaceTypes
internal import Glibc

/// One changed crop of a face and its landmarks in it.
struct AlignerSample {
  let recipe: AlignerRecipe
  /// Pixels of the crop's side.
  let output: Int

  /// Writes three planes of `output` × `output` numbers and the ten coordinates, in half sides from the centre.
  func write(
    _ picture: PictureBytes, landmarks: Landmarks, to planes: UnsafeMutablePointer<Float>,
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
    if Float.random(in: 0..<1, using: &random) < plan.occlusion { cover(planes, random: &random) }
    plan.light.finish(planes, width: output, height: output, random: &random)

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
