internal import Glibc

/// The head as a surface: a point for every azimuth (0 in front, ±π behind) and height. Nose, lips and sockets are
/// bumps on an egg-like skull.
struct Head {
  let traits: Traits
  let view: View

  /// The widest height of the skull.
  private static let middle: Float = -0.35
  let mouthY: Float
  let mouthHalf: Float
  let jawDrop: Float

  init(traits: Traits, view: View) {
    self.traits = traits
    self.view = view
    mouthY = traits.mouthHeight - 0.015 * view.smile
    mouthHalf = traits.mouthWidth * (1 + 0.18 * max(view.smile, 0) - 0.12 * view.mouthOpening)
    jawDrop = 0.22 * view.mouthOpening
  }

  /// 0 at the widest height, 1 at the crown (negative side) or the chin.
  private func level(_ y: Float) -> Float {
    y < Self.middle
      ? (Self.middle - y) / (Self.middle + traits.top) : (y - Self.middle) / (traits.chin - Self.middle)
  }

  func halfWidth(_ y: Float) -> Float {
    let t = min(level(y), 1)
    if y < Self.middle { return traits.width * traits.forehead * (1 - powf(t, 2.4)).squareRoot() }
    let outline = (1 - traits.taper * t) * (1 - powf(t, traits.jawPower)).squareRoot()
    let blend = step(0, 0.35, t)
    let cheeks = traits.cheekWidth * bell((y - 0.35) / 0.35)
    return traits.width * (traits.forehead + (1 - traits.forehead) * blend) * outline + cheeks
  }

  private func frontDepth(_ y: Float) -> Float {
    let t = min(level(y), 1)
    return y < Self.middle
      ? 1.12 * (1 - powf(t, 2.6)).squareRoot() : 1.12 * (1 - 0.06 * t) * (1 - powf(t, 9)).squareRoot()
  }

  private func backDepth(_ y: Float) -> Float {
    let t = min(level(y), 1)
    return 1.35 * (y < Self.middle ? (1 - powf(t, 2.4)).squareRoot() : (1 - 0.45 * t) * (1 - powf(t, 6)).squareRoot())
  }

  /// The skull's measures at one height.
  func ring(_ y: Float) -> Ring {
    Ring(y: y, halfWidth: halfWidth(y), front: frontDepth(y), back: backDepth(y))
  }

  /// With features and expression.
  func point(_ meridian: Meridian, _ ring: Ring) -> Vector {
    var point = ring.skull(meridian)
    let (x, y) = (point.x, ring.y)
    if meridian.cosine > 0.15 && y > -0.9 { point.z += relief(x, y) }
    let ear = earCover(meridian, y)
    if ear > 0 {
      point.x += (x < 0 ? -1 : 1) * 0.17 * traits.earSize * ear
      point.z -= 0.1 * ear
    }
    // The jaw swings down and a little back.
    if jawDrop > 0 {
      let jaw = step(mouthY - 0.05, mouthY + 0.15, y)
      point.y += jawDrop * jaw
      point.z -= 0.3 * jawDrop * jaw
    }
    return point
  }

  /// 1 on an ear, 0 elsewhere.
  func earCover(_ meridian: Meridian, _ y: Float) -> Float {
    let u = (abs(meridian.azimuth) - 1.62) / 0.17
    let v = (y - 0.26) / (0.34 * traits.earSize)
    let r = u * u + v * v
    return r < 1.3 ? step(1.3, 0.75, r) : 0
  }

  /// Height of the features over the skull's front.
  private func relief(_ x: Float, _ y: Float) -> Float {
    let mx = abs(x)
    var z: Float = 0
    // Sockets, eyeballs, brow ridge.
    let eyeX = mx - traits.eyeSpacing
    z -= traits.eyeDepth * bell(eyeX / 0.3, (y + 0.02) / 0.2)
    z += 0.07 * bell(eyeX / (traits.eyeWidth * 0.9), y / (traits.eyeWidth * 0.75))
    z += 0.05 * bell((mx - 0.4) / 0.4, (y + traits.browHeight) / 0.1)
    // Nose: a ridge that widens and rises to the tip, wings, and the drop below.
    let tip = traits.noseLength - 0.06
    if y > -0.35 && y < traits.noseLength + 0.25 && mx < 0.6 {
      let t = min(max((y + 0.15) / (tip + 0.15), 0), 1)
      let rise = step(-0.3, tip, y)
      let drop = step(traits.noseLength + 0.07, tip - 0.02, y)
      let breadth = traits.noseBridge + (traits.noseTip - traits.noseBridge) * t * t
      z += traits.noseHeight * (0.3 * step(-0.35, 0, y) + 0.7 * rise * rise) * drop * bell(mx / breadth)
      z += 0.13 * bell((mx - traits.noseWidth * 0.66) / (traits.noseWidth * 0.46), (y - tip - 0.02) / 0.1)
    }
    // Cheekbones and the cheeks that a smile lifts.
    z += traits.cheekBump * bell((mx - 0.6) / 0.25, (y - 0.3) / 0.2)
    z += 0.08 * max(view.smile, 0) * bell((mx - 0.52) / 0.18, (y - 0.55) / 0.2)
    // Lips and the furrow between them, chin.
    let u = x / mouthHalf
    if abs(u) < 1.3 && abs(y - mouthY) < 0.4 {
      let line = mouthLine(u)
      z += 0.09 * lens(u) * bell((y - line + traits.upperLip * 0.6) / 0.07)
      z += 0.1 * lens(u) * bell((y - line - traits.lowerLip * 0.6) / 0.08)
      z -= 0.06 * lens(u) * bell((y - line) / 0.025)
      z -= 0.04 * bell(u / 0.7, (y - line - traits.lowerLip - 0.09) / 0.05)
    }
    z += traits.chinBump * bell(x / 0.25, (y - traits.chin + 0.22) / 0.16)
    z -= 0.05 * traits.chinCleft * bell(x / 0.04, (y - traits.chin + 0.22) / 0.12)
    // From the nose's wings to the corners of the mouth, deeper with age and smiling.
    z -= (0.006 + 0.02 * traits.age + 0.012 * max(view.smile, 0)) * bell(foldDistance(mx, y) / 0.045)
    return z
  }

  /// The line where the lips meet, for u from −1 to 1.
  func mouthLine(_ u: Float) -> Float { mouthY - (0.02 + 0.1 * view.smile) * min(u * u, 1.5) + 0.012 * bell(u / 0.25) }

  /// Distance from the nasolabial fold, large beyond its ends.
  func foldDistance(_ mx: Float, _ y: Float) -> Float {
    let t = (y - traits.noseLength + 0.05) / (mouthY + 0.08 - traits.noseLength + 0.05)
    guard t > 0 && t < 1 else { return 1 }
    let x = traits.noseWidth + 0.04 + (mouthHalf + 0.08 - traits.noseWidth) * t * (1.5 - 0.5 * t)
    return abs(mx - x)
  }
}

/// One height of the skull: everything that does not depend on the azimuth.
struct Ring {
  var y: Float
  var halfWidth: Float
  var front: Float
  var back: Float

  func skull(_ meridian: Meridian) -> Vector {
    let z = meridian.cosine >= 0 ? front * meridian.bulge : back * meridian.cosine
    return Vector(halfWidth * meridian.sine, y, z)
  }
}

/// One azimuth, 0 in front, in radians: everything that does not depend on the height.
struct Meridian {
  let azimuth: Float
  let sine: Float
  let cosine: Float
  /// The face is flatter than an ellipse.
  let bulge: Float

  init(_ azimuth: Float) {
    self.azimuth = azimuth
    sine = sinf(azimuth)
    cosine = cosf(azimuth)
    bulge = cosine > 0 ? powf(cosine, 0.8) : 0
  }
}
