package import FaceTypes

/// From dlib's box to the frame, by medians over real photographs.
///
/// Measured with this detector on 2,121 photographs with 3,851 faces whose landmarks another detector (YuNet) had
/// found; 987 faces of at least 18 pixels from eyes to mouth were matched, by centres closer than 0.35 sides. Spread
/// of single faces about these medians: shift 0.076 (x) and 0.102 (y) eye–mouth distances, logarithm of the scale
/// 0.086, roll 5.6° (standard deviations). A network served through this detector should be trained with shifts and
/// scales of that size. `RealPhotoTests` repeats the measurement where the photographs are at hand.
extension DlibFrontalDetector {
  /// From the box's centre to the frame's, as fractions of the box's side.
  package static let centreOffset = (x: 0.0, y: -0.002)
  /// The eye–mouth distance as a fraction of the box's side.
  package static let eyeMouthFraction = 0.439

  package static func frame(of box: Box) -> FaceFrame {
    let side = (box.width + box.height) / 2
    return FaceFrame(
      centre: Point(x: box.centre.x + centreOffset.x * side, y: box.centre.y + centreOffset.y * side),
      eyeMouthDistance: eyeMouthFraction * side)
  }
}
