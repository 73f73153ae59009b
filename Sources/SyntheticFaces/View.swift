/// Everything about one photograph that is not the person: pose, light, expression, camera, background.
package struct View: Hashable, Sendable {
  /// Turn to the side, in degrees; positive shows more of the person's right cheek.
  package var yaw: Float = 0
  /// Nod, in degrees; positive looks down.
  package var pitch: Float = 0
  /// Tilt in the picture's plane, in degrees; positive is clockwise as seen.
  package var roll: Float = 0
  /// Size of the face against the standard one, around 1.
  package var zoom: Float = 1
  /// Of the face's middle from the picture's, as a fraction of its side.
  package var offsetX: Float = 0
  package var offsetY: Float = 0

  /// Where the main light comes from, in degrees: to the viewer's right, and up.
  package var lightAzimuth: Float = 20
  package var lightElevation: Float = 35
  /// 1 is a well-lit studio.
  package var lightStrength: Float = 1
  /// Light from everywhere, 0 to 1: the lower, the harder the shadows.
  package var ambient: Float = 0.45
  /// −1 (bluish) to 1 (reddish).
  package var lightWarmth: Float = 0

  /// 0 (closed) to 1.
  package var mouthOpening: Float = 0
  /// −1 (sad) to 1.
  package var smile: Float = 0
  /// −1 (frowning) to 1 (raised).
  package var brow: Float = 0

  /// Standard deviation of the sensor's noise, in 8-bit steps.
  package var noise: Float = 2
  /// Chooses background, clothing and the noise itself.
  package var scene: UInt64 = 0

  package init() {}

  /// A snapshot of someone facing the camera: yaw within ±20°, pitch ±7°, roll ±6°, any usual light and expression.
  ///
  /// - Parameter seed: equal seeds give equal views.
  package static func snapshot(seed: UInt64) -> View {
    var draw = SeededDraw(seed: seed, stream: 2)
    var view = View()
    view.yaw = draw.between(-20, 20)
    view.pitch = draw.between(-7, 7)
    view.roll = draw.between(-6, 6)
    view.zoom = draw.between(0.88, 1.12)
    view.offsetX = draw.between(-0.05, 0.05)
    view.offsetY = draw.between(-0.04, 0.04)
    view.lightAzimuth = draw.between(-40, 40)
    view.lightElevation = draw.between(10, 45)
    view.lightStrength = draw.between(0.9, 1.3)
    view.ambient = draw.between(0.45, 0.75)
    view.lightWarmth = draw.between(-0.4, 0.5)
    view.mouthOpening = draw.chance(0.3) ? draw.between(0.1, 0.45) : 0
    view.smile = draw.between(-0.3, 0.9)
    view.brow = draw.between(-0.4, 0.8)
    view.noise = draw.between(0.5, 4)
    view.scene = draw.next()
    return view
  }
}
