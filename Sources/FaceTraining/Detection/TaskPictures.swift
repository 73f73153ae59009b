internal import FaceDetection
internal import FaceTypes
internal import Images
internal import Networks

extension DetectorTask {
  /// The crops of a step side by side, each cell that should find a face marked with its box and landmarks: for people
  /// to see what is learned.
  package func picture(step: Int) throws -> [UInt8] {
    let batch = batch(step: step)
    let side = definition.inputWidth
    let cells = side / FaceCode.stride
    let columns = 6
    var sheet = Image(
      width: columns * side, height: (batch.count + columns - 1) / columns * side, colour: .black)
    for index in 0..<batch.count {
      let area = side * side
      var bytes = [UInt8](repeating: 0, count: 3 * area)
      for channel in 0..<3 {
        for pixel in 0..<area {
          let value = batch.pixels[(index * 3 + channel) * area + pixel] * 128 + 127.5
          bytes[3 * pixel + channel] = UInt8(max(0, min(255, value)))
        }
      }
      var crop = Image(width: side, height: side, pixels: bytes)
      for cell in 0..<cells * cells {
        let start = (index * cells * cells + cell) * FaceCode.channels
        let numbers = batch.targets[start..<start + FaceCode.channels]
        let (x, y) = (FaceCode.place(cell % cells), FaceCode.place(cell / cells))
        if numbers[start] < 0 { crop[Int(x), Int(y)] = Colour(0, 0, 255) }
        guard numbers[start] > 0 else { continue }
        let face = FaceCode.decode(numbers, from: Point(x: x, y: y))
        crop.outline(
          x: Int(face.box.x), y: Int(face.box.y), width: Int(face.box.width), height: Int(face.box.height),
          colour: Colour(255, 80, 0))
        for point in face.landmarks.points {
          crop.fill(x: Int(point.x), y: Int(point.y), width: 1, height: 1, colour: Colour(0, 255, 0))
        }
      }
      sheet.blit(crop, x: index % columns * side, y: index / columns * side)
    }
    return try sheet.encodePNG()
  }
}
