internal import Glibc

/// Hair as a second shell around the skull that may hang below it.
struct Hair {
  let traits: Traits
  let head: Head
  private let noise: Noise

  init(head: Head) {
    traits = head.traits
    self.head = head
    noise = Noise(seed: head.traits.noiseSeed ^ 0x51)
  }

  private var isLong: Bool {
    switch traits.hairStyle {
    case .bob, .long, .longFringe: true
    default: false
    }
  }

  /// Where the shell ends.
  var bottom: Float {
    switch traits.hairStyle {
    case .bob: traits.chin - 0.35
    case .long, .longFringe: 2.5
    default: 1
    }
  }

  var top: Float { -traits.top - thickness(azimuth: 0, y: -traits.top) }

  private func thickness(azimuth: Float, y: Float) -> Float {
    let volume = traits.hairVolume
    let fade = step(0.5, -0.5, y)
    return switch traits.hairStyle {
    case .bald: 0.012
    case .receding: 0.03 + 0.04 * fade
    case .crop: 0.03 + 0.3 * volume * fade
    case .sidePart, .fringe: 0.05 + (0.7 + 0.3 * (azimuth * traits.parting > 0 ? 1 : 0)) * volume * fade
    case .afro: 0.16 + 2 * volume * step(0.75, -0.2, y)
    case .bob, .long, .longFringe: 0.08 + 0.8 * volume
    case .bun: 0.04
    }
  }

  /// The skull under the shell at height `y`, scaled up to it.
  func ring(_ y: Float) -> Ring {
    // Above the widest height the shell is a larger skull, below it a wider one; long hair falls straight.
    guard y < -0.35 else {
      var ring = head.ring(isLong ? min(y, 0.1) : y)
      ring.y = y
      return ring
    }
    let scale = (traits.top + thickness(azimuth: 0, y: y)) / traits.top
    var ring = head.ring(min(max(y / scale, -traits.top), -0.35 / scale))
    ring.y *= scale
    return ring
  }

  func point(_ meridian: Meridian, _ ring: Ring) -> Vector {
    let (azimuth, y) = (meridian.azimuth, ring.y)
    let extra = thickness(azimuth: azimuth, y: y) * (1 + 0.12 * noise(azimuth * 5, y * 3))
    let point = ring.skull(meridian)
    let fall = isLong ? max(0, y - 0.1) : 0
    let wave = fall > 0 ? 0.06 * traits.curl * sinf(fall * 7 + azimuth * 2) : 0
    let flare = 1 + extra + wave + 0.1 * min(fall, 0.8)
    return Vector(point.x * flare, y, point.z * flare)
  }

  /// Above 0 where hair grows, below where the shell is open, in about the shell's units.
  func cover(_ meridian: Meridian, y: Float) -> Float {
    let (azimuth, front, x) = (meridian.azimuth, meridian.cosine, meridian.sine)
    let side = abs(azimuth)
    let jag = 0.05 * noise(azimuth * 22, y * 5) + 0.03 * noise(azimuth * 60, y * 9)
    // The front hairline, by style, and the line beside the face.
    var line = -traits.hairline + 0.1 * x * x
    var open: Float = 1.0 + 0.5 * step(-0.7, 0.1, y)
    var end: Float = 0.95
    switch traits.hairStyle {
    case .bald:
      line = -0.1
      open = 1.75
    case .receding:
      line = -traits.hairline - 0.4 + 0.12 * bell(x / 0.2)
      open = 1.35 + 0.25 * step(-0.9, 0, y)
    case .crop, .bun: line += 0.05 * traits.curl * bell(x / 0.25)
    case .sidePart: line += 0.28 * (x * (traits.parting == 0 ? 1 : traits.parting * 2.2)) - 0.02
    case .fringe: line = -0.46 - 0.12 * traits.curl + 0.05 * x
    case .afro: line -= 0.02
    case .bob, .long:
      open = 0.62 + 0.62 * step(-0.9, -0.2, y)
      line -= 0.1 * bell((x - traits.parting) / 0.2)
      end = 9
    case .longFringe:
      open = 0.95 + 0.3 * step(-0.5, 0.2, y)
      line = -0.44 - 0.1 * traits.curl
      end = 9
    }
    if front > 0 && side < open && traits.hairStyle != .bald {
      let above = line - y
      let beside = (side - open) * 0.9
      return max(above, beside) + jag
    }
    // In front of the ear only a sideburn; behind it down to the nape.
    let sideburn: Float = isLong || traits.hairStyle == .afro ? 9 : (side < 1.95 ? 0.12 : end)
    return min((side - open) * 0.9, sideburn - y) + jag
  }

  func paint(azimuth: Float, y: Float) -> Paint {
    let fine = 20 + 20 * traits.curl
    let along = y * (2 + 9 * traits.curl)
    let bent = azimuth + traits.curl * 0.12 * sinf(y * 9)
    let strand = 0.5 * noise(bent * fine, along) + 0.5 * noise(bent * fine * 2.3, along * 1.4)
    let afro = traits.hairStyle == .afro ? 0.35 * noise(azimuth * 26, y * 26) : 0
    let root: Float = 0.8 + 0.25 * step(-1.6, -0.6, y)
    let stubble: Float = traits.hairStyle == .bald ? 0.35 : 0
    let colour = traits.hair * (0.95 + 0.45 * strand + afro) * root
    return Paint(colour: colour.mixed(traits.skin * 0.8, stubble), gloss: 0.14 + 0.1 * max(strand, 0))
  }
}
