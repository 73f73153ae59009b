package import FaceTypes
package import Images

extension FaceQuality {
  /// An eye–mouth distance of so many pixels fills the inputs that face networks use.
  package static let fullDistance = 32.0
  /// The square that is judged, in eye–mouth distances: the face without most of the background.
  static let side = 2.2
  /// Its width and height when it is judged, so that sharpness is compared at one scale.
  static let pixels = 96
  /// Sharpness (1 − the blur metric) that counts as 0 and as 1.
  static let sharpnessRange = 0.15...0.55
  /// Mean luma, 0 … 255: 0 at the outer bounds, 1 between the inner ones.
  static let brightnessRange = (dark: 20.0, dim: 60.0, light: 200.0, glaring: 245.0)

  /// Measures a face in its photograph.
  ///
  /// Size is the eye–mouth distance against `fullDistance`; sharpness is what is left of the neighbours' differences when
  /// the face is blurred again (Crété et al. 2007), within `sharpnessRange`; brightness is the mean luma against
  /// `brightnessRange`; pose is `FaceAngles.frontality`.
  ///
  /// - Parameter confidence: the detector's, 0 … 1 (`FaceDetector.confidence`).
  package init(of face: Detection, in image: Image, confidence: Double) {
    let frame = face.landmarks.map { FaceFrame(fitting: $0) } ?? face.frame
    let distance = min(max(frame.eyeMouthDistance, 1), 1e6)
    let crop = image.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: Self.side * distance, rotation: frame.roll,
      pixels: Self.pixels)
    let luma = crop.grayscale()
    let mean = luma.reduce(0.0) { $0 + Double($1) } / Double(luma.count)
    let angles = face.landmarks.map { FaceAngles($0) }
    self.init(
      size: min(1, distance / Self.fullDistance),
      sharpness: Self.ramp(Blur.sharpness(luma, width: Self.pixels, height: Self.pixels), Self.sharpnessRange),
      brightness: min(
        Self.ramp(mean, Self.brightnessRange.dark...Self.brightnessRange.dim),
        1 - Self.ramp(mean, Self.brightnessRange.light...Self.brightnessRange.glaring)),
      pose: angles?.frontality, confidence: min(max(confidence, 0), 1), angles: angles)
  }

  private static func ramp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1)
  }
}

/// The no-reference blur metric of Crété, Dolmière, Ladret and Nicolas (SPIE 6492, 2007).
enum Blur {
  /// 1 − blur: near 0 where blurring once more changes nothing, towards 1 where it takes nearly all differences.
  /// Along rows and columns apart; the lesser counts, since motion blurs one of them.
  static func sharpness(_ luma: [UInt8], width: Int, height: Int) -> Double {
    min(
      sharpness(luma, lines: height, apart: width, length: width, step: 1),
      sharpness(luma, lines: width, apart: 1, length: height, step: width))
  }

  /// Along lines of `length` pixels, `step` from one to the next.
  private static func sharpness(_ luma: [UInt8], lines: Int, apart: Int, length: Int, step: Int) -> Double {
    var differences = 0
    var lost = 0
    for line in 0..<lines {
      let start = line * apart
      func value(_ place: Int) -> Int { Int(luma[start + min(max(place, 0), length - 1) * step]) }
      // Nine pixels' sum, moved along.
      var sum = (-4...4).reduce(0) { $0 + value($1) }
      for place in 1..<length {
        let next = sum + value(place + 4) - value(place - 5)
        // Nine times the difference of neighbours, before and after the blur.
        let sharp = 9 * abs(value(place) - value(place - 1))
        differences += sharp
        lost += max(0, sharp - abs(next - sum))
        sum = next
      }
    }
    return differences == 0 ? 0 : Double(lost) / Double(differences)
  }
}
