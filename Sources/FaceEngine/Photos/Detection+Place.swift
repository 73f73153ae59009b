internal import FaceDetection
internal import FaceTypes
internal import Images

extension Detection {
  /// In pixels of the whole picture, of a place in the reduced one.
  func place(inWhole size: ReducedSize) -> Detection {
    scaled(by: Double(size.divisor)).moved(x: Double(size.left), y: Double(size.top))
  }

  /// In pixels of the reduced picture, of a place in the whole one.
  func place(in size: ReducedSize) -> Detection {
    moved(x: -Double(size.left), y: -Double(size.top)).scaled(by: 1 / Double(size.divisor))
  }

  private func scaled(by factor: Double) -> Detection {
    guard factor != 1 else { return self }
    func point(_ point: Point) -> Point { Point(x: point.x * factor, y: point.y * factor) }
    return Detection(
      box: Box(x: box.x * factor, y: box.y * factor, width: box.width * factor, height: box.height * factor),
      score: score, landmarks: landmarks?.map(point),
      frame: FaceFrame(
        centre: point(frame.centre), eyeMouthDistance: frame.eyeMouthDistance * factor, roll: frame.roll))
  }

  func moved(x: Double, y: Double) -> Detection {
    guard x != 0 || y != 0 else { return self }
    func point(_ point: Point) -> Point { Point(x: point.x + x, y: point.y + y) }
    return Detection(
      box: Box(x: box.x + x, y: box.y + y, width: box.width, height: box.height), score: score,
      landmarks: landmarks?.map(point),
      frame: FaceFrame(centre: point(frame.centre), eyeMouthDistance: frame.eyeMouthDistance, roll: frame.roll))
  }
}
