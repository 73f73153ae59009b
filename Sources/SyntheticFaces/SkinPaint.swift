internal import Glibc

/// A point's colour in linear light and how strongly it mirrors the lamp.
struct Paint {
  var colour: Vector
  var gloss: Float
}

/// Colours the head in face coordinates: skin and its marks, then everything that lies on it.
struct SkinPaint {
  let traits: Traits
  let view: View
  let head: Head
  let eyes: EyePaint
  private let noise: Noise
  private let browLift: Float

  init(head: Head) {
    traits = head.traits
    view = head.view
    self.head = head
    eyes = EyePaint(traits: head.traits, view: head.view)
    noise = Noise(seed: head.traits.noiseSeed)
    browLift = 0.07 * head.view.brow
  }

  /// By the place on the surface before the jaw moves.
  func paint(_ meridian: Meridian, _ ring: Ring) -> Paint {
    let (x, y, front) = (ring.halfWidth * meridian.sine, ring.y, meridian.cosine)
    let mx = abs(x)
    var paint = Paint(colour: skin(x, y, mx, front), gloss: 0.16 + 0.1 * bell(x / 0.25, (y - 0.35) / 0.3))
    let ear = head.earCover(meridian, y)
    if ear > 0 { paint.colour *= Vector(1, 0.9, 0.88) * (1 - 0.3 * lens(2 * ear - 1.2)) }
    guard front > 0 else { return paint }
    if y > 0.25 { beard(x, y, mx, &paint) }
    if y > 0.3 && mx < 0.5 { noseShade(x, y, mx, &paint) }
    if abs(y - head.mouthY) < 0.4 && mx < head.mouthHalf * 1.2 { mouth(x, y, &paint) }
    if abs(y) < 0.5 && mx < 0.95 { eyes.paint(x, y, &paint) }
    if y < 0 && y > -0.75 && mx < 1 { brow(x, y, mx, &paint) }
    return paint
  }

  private func skin(_ x: Float, _ y: Float, _ mx: Float, _ front: Float) -> Vector {
    var colour = traits.skin * (1 + 0.05 * noise(x * 3, y * 3) + 0.035 * noise(x * 26, y * 26))
    guard front > 0 else { return colour }
    let red = traits.blush * bell((mx - 0.58) / 0.28, (y - 0.42) / 0.25) + 0.5 * bell(x / 0.2, (y - 0.55) / 0.15)
    colour *= Vector(1 + 0.06 * red, 1 - 0.16 * red, 1 - 0.14 * red)
    colour *= 1 - 0.24 * bell((mx - traits.eyeSpacing) / 0.28, (y + 0.04) / 0.16)
    colour *= 1 - (0.06 + 0.22 * traits.age + 0.12 * max(view.smile, 0)) * bell(head.foldDistance(mx, y) / 0.03)
    if traits.age > 0.4 { colour *= 1 - wrinkles(x, y, mx) }
    if traits.freckles > 0 && y > -0.2 && y < 0.8 { colour *= 1 - freckles(x, y) }
    for mole in traits.moles {
      colour = colour.mixed(
        traits.skin * 0.22, step(0.032, 0.02, ((x - mole.x) * (x - mole.x) + (y - mole.y) * (y - mole.y)).squareRoot()))
    }
    if traits.chinCleft > 0 { colour *= 1 - 0.25 * traits.chinCleft * bell(x / 0.02, (y - traits.chin + 0.2) / 0.1) }
    return colour
  }

  private func wrinkles(_ x: Float, _ y: Float, _ mx: Float) -> Float {
    var depth: Float = 0
    for line in 0..<3 {
      let at = -0.5 - 0.13 * Float(line) + 0.03 * noise(x * 2.5, Float(line)) - browLift
      depth += 0.22 * bell((y - at) / 0.014) * step(0.7, 0.4, mx)
    }
    for ray in -1...1 {
      let along = mx - traits.eyeSpacing - traits.eyeWidth * 1.15
      if along > 0 { depth += 0.22 * bell((y - 0.4 * Float(ray) * along) / 0.014) * step(0.24, 0.05, along) }
    }
    depth +=
      0.2 * bell((y - 0.2 - 0.14 * lens((mx - traits.eyeSpacing) / 0.25)) / 0.02)
      * step(0.3, 0.2, abs(mx - traits.eyeSpacing))
    return traits.age * min(depth, 0.6)
  }

  private func freckles(_ x: Float, _ y: Float) -> Float {
    let (column, row) = ((x * 17).rounded(.down), (y * 17).rounded(.down))
    let (i, j) = (Int32(column), Int32(row))
    guard noise.value(i, j) > 0.1 else { return 0 }
    let dx = x * 17 - column - 0.5 - 0.25 * noise.value(i, j &+ 999)
    let dy = y * 17 - row - 0.5 - 0.25 * noise.value(i &+ 999, j)
    return 0.45 * traits.freckles * step(0.3, 0.12, (dx * dx + dy * dy).squareRoot())
  }

  private func noseShade(_ x: Float, _ y: Float, _ mx: Float, _ paint: inout Paint) {
    let base = traits.noseLength
    let width = traits.noseWidth
    let nostril = bell((mx - width * 0.5) / (width * 0.33), (y - base - 0.005) / 0.035)
    let wing = bell((mx - width * 1.12) / 0.04, (y - base + 0.05) / 0.09)
    let under = bell(x / (width * 1.1), (y - base - 0.05) / 0.05)
    let groove = bell(x / 0.035, (y - (base + head.mouthY) / 2) / 0.1)
    let dark: Float = (1 - 0.85 * nostril) * (1 - 0.25 * wing)
    paint.colour *= dark * (1 - 0.3 * under) * (1 - 0.1 * groove)
    paint.gloss *= 1 - nostril
  }

  private func mouth(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let u = x / head.mouthHalf
    guard abs(u) < 1.15 else { return }
    let line = head.mouthLine(u)
    let gap = (0.16 * view.mouthOpening + 0.035 * max(view.smile - 0.35, 0)) * lens(u * 0.98)
    let arch = powf(lens(u), 0.7)
    let bow = 1 - 0.22 * bell(u / 0.13) + 0.08 * bell((abs(u) - 0.3) / 0.2)
    let upper = line - gap - traits.upperLip * arch * bow
    let lower = line + gap + traits.lowerLip * powf(lens(u), 0.6)
    let inLips =
      step(upper - 0.012, upper + 0.012, y) * step(lower + 0.014, lower - 0.014, y) * step(1.05, 0.97, abs(u))
    let shade = (y < line ? 0.8 : 1.08) * (1 + 0.1 * noise(x * 40, y * 5))
    paint.colour = paint.colour.mixed(traits.lips * shade, 0.88 * inLips)
    paint.gloss += 0.25 * inLips * (y > line ? 1 : 0.3)
    // Between the lips: teeth above, dark below; a thin dark line when closed.
    let inside = gap > 0.004 ? step(gap + 0.006, gap - 0.006, abs(y - line)) : 0
    let teeth = step(line + gap * 0.25, line + gap * 0.05, y)
    let toothGaps = 1 - 0.12 * bell((u * 7 - (u * 7).rounded()) / 0.1)
    let interior = linear(64, 22, 24).mixed(linear(226, 218, 204) * toothGaps, teeth * step(1, 0.6, abs(u)))
    paint.colour = paint.colour.mixed(interior, inside)
    let seam = bell((y - line) / 0.02) * step(1.08, 0.9, abs(u)) * (gap > 0.02 ? 0.2 : 1)
    paint.colour *= 1 - 0.82 * seam
    paint.colour *= 1 - 0.3 * bell((abs(u) - 1.03) / 0.07, (y - line) / 0.035)
    paint.colour *= 1 - 0.28 * bell(u / 0.8, (y - lower - 0.06) / 0.05)
  }

  private func brow(_ x: Float, _ y: Float, _ mx: Float, _ paint: inout Paint) {
    let inner = traits.browGap
    let length = traits.eyeSpacing + traits.eyeWidth * 1.5 - inner
    let t = (mx - inner) / length
    guard t > -0.05 && t < 1.05 else { return }
    let frown = view.brow < 0 ? 0.12 * view.brow * (1 - t) * (1 - t) : 0
    let centre =
      -traits.browHeight - browLift - frown - traits.browArch * lens((t - 0.62) / 0.62)
      - traits.browTilt * (t - 0.5)
    let half = traits.browThickness * (0.75 + 0.35 * lens((t - 0.3) / 0.5)) * step(1.08, 0.55, t)
    let strand = 0.75 + 0.25 * noise(x * 60 + y * 30, y * 14)
    let cover = step(half + 0.02, half - 0.012, abs(y - centre)) * step(-0.05, 0.05, t) * strand
    paint.colour = paint.colour.mixed(browColour, min(1, traits.browDensity * cover))
    paint.gloss *= 1 - 0.6 * cover
  }

  /// Brows of fair and grey people are darker than their hair.
  private var browColour: Vector { facialHair * (traits.hair.y > 0.15 ? 0.5 : 0.8) }

  /// White hair on dark skin is drawn grey: a face whose brows and beard are its lightest parts is hard to find.
  private var facialHair: Vector { traits.hair * min(1, 0.7 * traits.skin.y / traits.hair.y) }

  private func beard(_ x: Float, _ y: Float, _ mx: Float, _ paint: inout Paint) {
    guard traits.beard != .none else { return }
    let lip = head.mouthY - traits.upperLip
    let moustache =
      step(traits.noseLength + 0.05, traits.noseLength + 0.12, y) * step(lip + 0.05, lip, y)
      * step(head.mouthHalf * 1.2, head.mouthHalf * 0.95, mx)
    let below = head.mouthY + traits.lowerLip
    let goatee = step(head.mouthHalf * 1.05, head.mouthHalf * 0.8, mx) * step(below + 0.02, below + 0.1, y)
    let sides =
      step(head.mouthHalf * 1.05, head.mouthHalf * 1.25, mx) * step(head.mouthHalf * 1.3, head.mouthHalf, mx)
      * step(lip - 0.02, lip + 0.08, y)
    let cheekLine = 0.5 + 0.35 * step(0.95, 0.35, mx)
    let jaw = step(cheekLine, cheekLine + 0.14, y) * step(head.mouthHalf * 0.9, head.mouthHalf * 1.2, mx)
    var cover: Float
    switch traits.beard {
    case .none: cover = 0
    case .stubble: cover = 0.4 * max(moustache, max(goatee, jaw))
    case .moustache: cover = moustache
    case .goatee: cover = max(moustache, max(goatee, sides))
    case .full: cover = max(moustache, max(goatee, jaw))
    }
    let strand = 0.5 * noise(x * 60 + y * 9, y * 22) + 0.5 * noise(x * 120, y * 45)
    cover = min(1, cover * (1 + 0.4 * strand))
    paint.colour = paint.colour.mixed(facialHair * (0.75 + 0.35 * strand), 0.92 * cover)
    paint.gloss *= 1 - 0.7 * cover
  }
}
