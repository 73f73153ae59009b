internal import FaceDetection
package import FaceTypes
internal import Glibc
package import Images

/// What can be measured of a face in a picture, apart from whose it is.
package struct PictureConditions: Sendable {
  /// Degrees from the camera, the larger of yaw and pitch (`FaceAngles`).
  package var pose: Double
  /// As the daemon's quality has it, 0 to 1 (`FaceQuality`).
  package var sharpness: Double
  /// The face's mean luma, 0 to 255.
  package var brightness: Double
  /// The cheeks' individual typology angle in degrees (Chardon et al. 1991): high for light skin. An estimate: it takes
  /// the picture's light and white balance for the skin's.
  package var typologyAngle: Double

  /// The square that is looked at, in eye–mouth distances, and its pixels.
  private static let (side, pixels) = (2.2, 96)
  /// Cheeks, in eye–mouth distances from the frame's centre, and the half side of the square that is taken there.
  private static let cheeks = [(-0.42, 0.12), (0.42, 0.12)]
  private static let reach = 0.1

  package init(of landmarks: Landmarks, in picture: Image) {
    let frame = FaceFrame(fitting: landmarks)
    let crop = picture.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: Self.side * frame.eyeMouthDistance, rotation: frame.roll,
      pixels: Self.pixels)
    let quality = FaceQuality(
      of: Detection(box: FaceBox.of(frame), score: 1, landmarks: landmarks, frame: frame), in: picture, confidence: 1)
    sharpness = quality.sharpness
    let luma = crop.grayscale()
    brightness = luma.reduce(0.0) { $0 + Double($1) } / Double(luma.count)
    let angles = FaceAngles(landmarks)
    pose = max(angles.yaw.magnitude, angles.pitch.magnitude) * 180 / .pi
    typologyAngle = Self.typologyAngle(Self.cheekColour(crop))
  }

  /// The median of each channel over both cheeks.
  private static func cheekColour(_ crop: Image) -> [Double] {
    let scale = Double(pixels) / side
    return (0..<3).map { channel in
      var values: [UInt8] = []
      for (right, down) in cheeks {
        func range(_ middle: Double) -> ClosedRange<Int> {
          let centre = Double(pixels) / 2 + middle * scale
          return Int(centre - reach * scale)...Int(centre + reach * scale)
        }
        for row in range(down) {
          for column in range(right) { values.append(crop.pixels[3 * (row * pixels + column) + channel]) }
        }
      }
      values.sort()
      return Double(values[values.count / 2])
    }
  }

  /// atan((L* − 50) / b*), from sRGB under D65.
  static func typologyAngle(_ colour: [Double]) -> Double {
    let linear = colour.map { value in
      let share = value / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    let y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    let z = (0.0193 * linear[0] + 0.1192 * linear[1] + 0.9505 * linear[2]) / 1.0891
    func root(_ value: Double) -> Double { value > 0.008856 ? cbrt(value) : 7.787 * value + 16.0 / 116 }
    let lightness = 116 * root(y) - 16
    let blue = 200 * (root(y) - root(z))
    return atan2(lightness - 50, max(blue, 1e-6)) * 180 / .pi
  }
}
