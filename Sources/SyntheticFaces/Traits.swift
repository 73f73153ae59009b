/// What makes one drawn person differ from another, and stays the same in all their pictures. Lengths are in half
/// widths of an average face (about 70 mm); the middle between the eyes is the origin.
struct Traits {
  enum Beard: CaseIterable { case none, stubble, moustache, goatee, full }
  enum HairStyle: CaseIterable { case bald, receding, crop, sidePart, fringe, afro, bob, long, longFringe, bun }
  enum Glasses { case none, round, square, heavy }

  // The skull's outline.
  var width, chin, top, jawPower, taper, cheekWidth, forehead: Float
  // Eyes and brows.
  var eyeSpacing, eyeWidth, eyeOpening, eyeTilt, eyeDepth, lidCrease: Float
  var browHeight, browArch, browThickness, browTilt, browDensity, browGap: Float
  // Nose, mouth, chin, cheeks, ears.
  var noseLength, noseWidth, noseHeight, noseBridge, noseTip: Float
  var mouthHeight, mouthWidth, upperLip, lowerLip: Float
  var chinBump, chinCleft, cheekBump, earSize: Float
  // Colours, linear.
  var skin, iris, hair, lips: Vector
  var blush: Float
  // Marks.
  var age, freckles, eyeShadow: Float
  var moles: [SIMD2<Float>]
  var beard: Beard
  var glasses: Glasses
  var glassesColour: Vector
  // Hair.
  var hairStyle: HairStyle
  var hairVolume, hairline, curl, parting: Float
  var noiseSeed: UInt64

  init(identity: UInt64) {
    var draw = SeededDraw(seed: identity, stream: 1)
    let feminine = draw.chance(0.5)
    let old = draw.chance(0.3)

    width = draw.between(0.93, 1.15)
    chin = draw.between(1.45, 1.74)
    top = draw.between(1.45, 1.75)
    jawPower = feminine ? draw.between(3, 4.2) : draw.between(3.2, 5.8)
    taper = feminine ? draw.between(0.04, 0.16) : draw.between(-0.04, 0.14)
    cheekWidth = draw.between(-0.03, 0.1)
    forehead = draw.between(0.94, 1.06)

    eyeSpacing = draw.between(0.37, 0.53)
    eyeWidth = draw.between(0.19, 0.275)
    eyeOpening = draw.between(0.62, 1.25)
    eyeTilt = draw.between(-0.16, 0.2)
    eyeDepth = draw.between(0.06, 0.2)
    lidCrease = draw.between(0, 1)
    browHeight = draw.between(0.2, 0.38)
    browArch = draw.between(0, 0.1)
    browThickness = feminine ? draw.between(0.02, 0.05) : draw.between(0.035, 0.085)
    browTilt = draw.between(-0.1, 0.1)
    browDensity = draw.between(0.5, 1)
    browGap = draw.between(0.06, 0.24)

    noseLength = draw.between(0.52, 0.72)
    noseWidth = draw.between(0.15, 0.29)
    noseHeight = draw.between(0.24, 0.44)
    noseBridge = draw.between(0.1, 0.18)
    noseTip = draw.between(0.16, 0.27)
    mouthHeight = noseLength + draw.between(0.26, 0.37)
    mouthWidth = draw.between(0.32, 0.47)
    upperLip = draw.between(0.03, 0.1)
    lowerLip = draw.between(0.05, 0.14)
    chinBump = draw.between(0, 0.14)
    chinCleft = draw.chance(0.2) ? draw.between(0.5, 1) : 0
    cheekBump = draw.between(0, 0.14)
    earSize = draw.between(0.7, 1.3)

    let tone = draw.pick(Palette.skins)
    skin = tone * draw.between(0.9, 1.1)
    // Dark skin goes with dark eyes and hair.
    let fair = skin.y > 0.25
    iris = draw.pick(fair ? Palette.irises : Palette.darkIrises)
    let youngHair = fair ? Palette.hairs : Palette.darkHairs
    // White hair above darker skin turns a face's usual contrasts around, which detectors do not know.
    let oldHair = skin.y > 0.4 ? Palette.greys : Palette.darkGreys
    hair = draw.pick(old && draw.chance(0.7) ? oldHair : youngHair)
    let lipstick = feminine && draw.chance(0.6)
    lips = lipstick ? draw.pick(Palette.lipsticks) : skin * Vector(0.8, 0.5, 0.52) + Vector(0.02, 0.004, 0.006)
    blush = draw.between(0, 1)

    age = old ? draw.between(0.6, 1) : draw.between(0, 0.35)
    freckles = fair && draw.chance(0.25) ? draw.between(0.5, 1) : 0
    eyeShadow = lipstick ? draw.between(0.2, 1) : 0
    moles = draw.chance(0.4) ? [SIMD2(draw.between(-0.7, 0.7), draw.between(0.3, 1.3))] : []
    beard = feminine ? .none : draw.pick([.none, .none, .stubble, .moustache, .goatee, .full, .full])
    glasses = draw.pick([.none, .none, .none, .round, .square, .heavy])
    glassesColour = draw.pick(Palette.frames)

    hairStyle =
      feminine
      ? draw.pick([.bob, .long, .longFringe, .long, .bun, .sidePart, .afro, .fringe])
      : draw.pick([.bald, .receding, .crop, .sidePart, .fringe, .afro, .crop, .long])
    hairVolume = draw.between(0.07, 0.24)
    hairline = draw.between(0.72, 1.02)
    curl = draw.between(0, 1)
    parting = draw.pick([-0.45, 0, 0.45])
    noiseSeed = draw.next()
  }
}

/// Colours of people, linear light.
enum Palette {
  static let skins = [
    linear(246, 214, 196), linear(236, 190, 164), linear(232, 196, 160), linear(214, 162, 128), linear(196, 146, 108),
    linear(166, 116, 82), linear(138, 94, 68), linear(116, 78, 58), linear(100, 68, 54),
  ]
  static let irises = [
    linear(70, 110, 150), linear(90, 130, 110), linear(110, 110, 60), linear(84, 52, 30), linear(50, 30, 20),
    linear(110, 130, 145),
  ]
  static let darkIrises = [linear(50, 30, 20), linear(38, 24, 18), linear(84, 52, 30)]
  static let hairs = [
    linear(20, 17, 16), linear(44, 30, 22), linear(80, 52, 32), linear(122, 84, 48), linear(176, 136, 80),
    linear(220, 188, 130), linear(140, 58, 28), linear(178, 84, 36),
  ]
  static let darkHairs = [linear(20, 17, 16), linear(26, 20, 18), linear(50, 34, 24)]
  static let greys = [linear(126, 124, 122), linear(178, 176, 172), linear(222, 220, 216), linear(88, 86, 84)]
  static let darkGreys = [linear(74, 72, 70), linear(92, 90, 88), linear(58, 56, 56)]
  static let lipsticks = [linear(176, 36, 52), linear(140, 30, 60), linear(206, 96, 100), linear(120, 40, 44)]
  static let frames = [linear(18, 18, 20), linear(90, 50, 24), linear(150, 130, 90), linear(110, 20, 24)]
}
