package import FaceTypes

/// How one pixel of the detector's output says a face.
///
/// Channel 0 is the logit of a face being there; 1 and 2 the way from the pixel's own place to the box's centre, 3 and 4
/// the logarithms of its width and height, 5 to 14 the way to the five landmarks, x before y.
package enum FaceCode {
  package static let channels = 15
  /// Input pixels from one output pixel to the next.
  package static let stride = 8
  /// Lengths are in this many input pixels, so that typical numbers are near 1.
  static let lengthUnit = 8.0
  /// A box side of this many input pixels has the logarithm 0.
  static let sideUnit = 28.0

  /// The place in the input that an output pixel stands for, by its column or row.
  package static func place(_ index: Int) -> Double { (Double(index) + 0.5) * Double(stride) }

  /// Channels 1 to 14 of a face, in input pixels, seen from a place.
  package static func encode(_ box: Box, _ landmarks: Landmarks, from place: Point) -> [Float] {
    let centre = box.centre
    return [
      Float((centre.x - place.x) / lengthUnit), Float((centre.y - place.y) / lengthUnit),
      Logarithm.natural(Float(box.width / sideUnit)), Logarithm.natural(Float(box.height / sideUnit)),
    ] + landmarks.points.flatMap { [Float(($0.x - place.x) / lengthUnit), Float(($0.y - place.y) / lengthUnit)] }
  }

  /// The face that channels 1 to 14 say; `numbers` begins at channel 0.
  package static func decode(_ numbers: ArraySlice<Float>, from place: Point) -> (box: Box, landmarks: Landmarks) {
    let start = numbers.startIndex
    func length(_ channel: Int) -> Double { Double(numbers[start + channel]) * lengthUnit }
    // Four times the unit either way is beyond what a network of one octave says; wild numbers stay finite.
    func side(_ channel: Int) -> Double {
      sideUnit * Double(Logarithm.exponential(min(2, max(-2, numbers[start + channel]))))
    }
    let (width, height) = (side(3), side(4))
    func point(_ channel: Int) -> Point { Point(x: place.x + length(channel), y: place.y + length(channel + 1)) }
    let centre = point(1)
    return (
      Box(x: centre.x - width / 2, y: centre.y - height / 2, width: width, height: height),
      Landmarks(
        rightEye: point(5), leftEye: point(7), nose: point(9), rightMouth: point(11), leftMouth: point(13))
    )
  }
}
