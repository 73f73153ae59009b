package import FaceNet
package import FaceTypes
internal import Glibc

/// Cuts the network's input out of a picture, with the random changes that a recipe asks for.
package struct Augmenter: Sendable {
  let recipe: Recipe.Augmentation
  /// Pixels of a picture's side.
  let source: Int
  let input: InputSpecification

  package init(recipe: Recipe, source: Int, input: InputSpecification) {
    self.recipe = recipe.augmentation
    self.source = source
    self.input = input
  }

  /// Writes three planes of the input's height × width numbers.
  ///
  /// - Parameters:
  ///   - picture: `source` × `source` interleaved RGB.
  ///   - frame: where the face is in it.
  package func write(
    _ picture: UnsafeBufferPointer<UInt8>, frame: FaceFrame, to planes: UnsafeMutableBufferPointer<Float>,
    random: inout RandomSource
  ) {
    precondition(picture.count == source * source * 3 && planes.count == 3 * input.height * input.width)
    guard let pixels = picture.baseAddress, let out = planes.baseAddress else { return }
    let angle = Float(frame.roll) + random.symmetric() * recipe.rotation * .pi / 180
    // Picture pixels per input pixel.
    let size =
      Float(frame.eyeMouthDistance * input.cropSide) / Float(input.longerSide) * (1 + random.symmetric() * recipe.scale)
    let (shiftX, shiftY) = (random.symmetric() * recipe.shift, random.symmetric() * recipe.shift)
    let mirror = recipe.mirror && Bool.random(using: &random)
    var contrast = (1 + random.symmetric() * recipe.contrast) / input.scale
    var brightness = random.symmetric() * recipe.brightness / input.scale - contrast * input.mean
    var blurs = Float.random(in: 0..<1, using: &random) < recipe.blur
    // `light` starts from bytes' values, and does all of this itself.
    if recipe.light != nil { (contrast, brightness, blurs) = (1, 0, false) }
    let (cosine, sine) = (cosf(angle) * size, sinf(angle) * size)
    let (middleX, middleY) = (Float(input.width) / 2, Float(input.height) / 2)
    let place = frame.point(right: 0, down: -input.cropRaise)
    let (centreX, centreY) = (Float(place.x), Float(place.y))
    let last = source - 1
    let plane = input.height * input.width
    for row in 0..<input.height {
      let v = Float(row) + 0.5 - middleY + shiftY
      for column in 0..<input.width {
        let straight = Float(column) + 0.5 - middleX
        let u = (mirror ? -straight : straight) + shiftX
        // Centres of pixels lie at halves; bilinear weights count from the centres.
        let x = max(0, min(Float(last), centreX + u * cosine - v * sine - 0.5))
        let y = max(0, min(Float(last), centreY + u * sine + v * cosine - 0.5))
        let (left, top) = (Int(x), Int(y))
        let (fx, fy) = (x - Float(left), y - Float(top))
        let (right, bottom) = (min(left + 1, last), min(top + 1, last))
        let (a, b) = (pixels + (top * source + left) * 3, pixels + (top * source + right) * 3)
        let (c, d) = (pixels + (bottom * source + left) * 3, pixels + (bottom * source + right) * 3)
        let (wa, wb) = ((1 - fx) * (1 - fy), fx * (1 - fy))
        let (wc, wd) = ((1 - fx) * fy, fx * fy)
        let target = row * input.width + column
        for channel in 0..<3 {
          let value =
            (wa * Float(a[channel]) + wb * Float(b[channel])) + (wc * Float(c[channel]) + wd * Float(d[channel]))
          out[channel * plane + target] = value * contrast + brightness
        }
      }
    }
    if blurs {
      for channel in 0..<3 { Photometry.blur(out + channel * plane, input.width, input.height) }
    }
    recipe.light?.finish(
      out, width: input.width, height: input.height, mean: input.mean, scale: input.scale, random: &random)
    // Drawn last, so that a recipe without it draws what it always did.
    if let share = recipe.occlusion, Float.random(in: 0..<1, using: &random) < share {
      RandomErasing.cover(
        out, width: input.width, height: input.height, mean: input.mean, scale: input.scale, random: &random)
    }
  }
}
