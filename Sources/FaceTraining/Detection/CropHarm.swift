internal import FaceTypes
internal import Glibc
internal import Images

/// What makes faces hard to find, beside `light`: each a share of the crops.
package struct Harm: Codable, Hashable, Sendable {
  /// Of the crops with a face: hand-like shapes over its edge.
  package var occlusion: Float
  /// Bright on one side of a line through the face, dark on the other.
  package var sideLight: Float
  /// Brightened or darkened along a power.
  package var gamma: Float
  /// At half the resolution.
  package var lowResolution: Float
  /// Blurred, up to `blurs` times.
  package var blur: Float
  package var blurs: Int
  /// As JPEG of quality 15 to 60 leaves it.
  package var compression: Float

  var isSound: Bool {
    [occlusion, sideLight, gamma, lowResolution, blur, compression].allSatisfy { (0...1).contains($0) }
      && (1...16).contains(blurs)
  }
}

/// Does it to a crop's planes of 0 to 255.
struct CropHarm {
  let plan: Harm
  let side: Int

  /// Covers, lights, coarsens and blurs.
  /// - Parameters:
  ///   - face: one that is to be found; nil where there is none.
  ///   - another: writes the planes of another crop.
  func write(
    to planes: UnsafeMutablePointer<Float>, face: SceneFace?, random: inout RandomSource,
    another: (UnsafeMutablePointer<Float>, inout RandomSource) -> Void
  ) {
    if let face, Float.random(in: 0..<1, using: &random) < plan.occlusion {
      cover(planes, face, random: &random, another)
    }
    if Float.random(in: 0..<1, using: &random) < plan.sideLight { light(planes, face, random: &random) }
    if Float.random(in: 0..<1, using: &random) < plan.gamma {
      let exponent = expf(Float.random(in: -0.6...0.6, using: &random))
      let table = (0...255).map { 255 * powf(Float($0) / 255, exponent) }
      for index in 0..<3 * side * side { planes[index] = table[Int(max(0, min(255, planes[index])).rounded())] }
    }
    if Float.random(in: 0..<1, using: &random) < plan.lowResolution { coarsen(planes) }
    if Float.random(in: 0..<1, using: &random) < plan.blur {
      for _ in 0..<Int.random(in: 1...plan.blurs, using: &random) {
        for channel in 0..<3 { Photometry.blur(planes + channel * side * side, side, side) }
      }
    }
  }

  /// Two hand-like shapes over the face's edge, of its own colour, or of what another crop shows there.
  private func cover(
    _ planes: UnsafeMutablePointer<Float>, _ face: SceneFace, random: inout RandomSource,
    _ another: (UnsafeMutablePointer<Float>, inout RandomSource) -> Void
  ) {
    let area = side * side
    func pixel(_ place: Double) -> Int { max(0, min(side - 1, Int(place))) }
    let middle = pixel(face.box.centre.y) * side + pixel(face.box.centre.x)
    let gain = Float.random(in: 0.6...1.25, using: &random)
    let own = (0..<3).map { planes[$0 * area + middle] * gain }
    let waves = Float.random(in: 0.05...0.4, using: &random)
    var other: [Float] = []
    if Bool.random(using: &random) {
      other = [Float](repeating: 0, count: 3 * area)
      other.withUnsafeMutableBufferPointer { other in
        if let other = other.baseAddress { another(other, &random) }
      }
    }
    let toward = Double.random(in: 0..<2 * .pi, using: &random)
    for _ in 0..<2 {
      let direction = toward + Double.random(in: -0.5...0.5, using: &random)
      let away = Double.random(in: 0.4...0.75, using: &random)
      let shape = Shape(
        x: Float(face.box.centre.x + cos(direction) * away * face.box.width),
        y: Float(face.box.centre.y + sin(direction) * away * face.box.height),
        long: Float(face.size * Double.random(in: 0.25...0.6, using: &random)),
        short: Float(face.size * Double.random(in: 0.1...0.35, using: &random)),
        angle: Float.random(in: 0..<Float.pi, using: &random),
        power: Float.random(in: 0..<1, using: &random) < 0.6 ? 2 : 6)
      shape.pixels(side: side) { row, column, weight in
        let shade = 1 + 0.25 * sinf((Float(row + column) + 1) * waves)
        for channel in 0..<3 {
          let place = channel * area + row * side + column
          let value = other.isEmpty ? own[channel] * shade : other[place]
          planes[place] += weight * (value - planes[place])
        }
      }
    }
  }

  /// An ellipse, or with a higher power nearly a rectangle.
  private struct Shape {
    var x: Float
    var y: Float
    var long: Float
    var short: Float
    var angle: Float
    var power: Float

    func pixels(side: Int, _ body: (_ row: Int, _ column: Int, _ weight: Float) -> Void) {
      let reach = 1.6 * max(long, short)
      func range(_ middle: Float) -> Range<Int> {
        let first = max(0, min(side, Int((middle - reach).rounded(.down))))
        return first..<max(first, min(side, Int((middle + reach).rounded(.up)) + 1))
      }
      let (cosine, sine) = (cosf(angle), sinf(angle))
      for row in range(y) {
        for column in range(x) {
          let (dx, dy) = (Float(column) + 0.5 - x, Float(row) + 0.5 - y)
          let (u, v) = (abs(dx * cosine + dy * sine) / long, abs(dy * cosine - dx * sine) / short)
          let norm = powf(powf(u, power) + powf(v, power), 1 / power)
          let weight = max(0, min(1, (1.08 - norm) / 0.16))
          if weight > 0 { body(row, column, weight) }
        }
      }
    }
  }

  /// Brighter on one side of a line through the face, or anywhere, darker on the other.
  private func light(_ planes: UnsafeMutablePointer<Float>, _ face: SceneFace?, random: inout RandomSource) {
    func anywhere() -> Double { Double.random(in: 0..<Double(side), using: &random) }
    let centre = face?.box.centre ?? Point(x: anywhere(), y: anywhere())
    let angle = Float.random(in: 0..<2 * .pi, using: &random)
    let width = Float.random(in: 3...30, using: &random)
    let strength = Float.random(in: 0.2...1.1, using: &random)
    let (cosine, sine) = (cosf(angle) / width, sinf(angle) / width)
    for row in 0..<side {
      for column in 0..<side {
        let (dx, dy) = (Float(column) + 0.5 - Float(centre.x), Float(row) + 0.5 - Float(centre.y))
        let gain = expf(strength * tanhf(dx * cosine + dy * sine))
        for channel in 0..<3 { planes[(channel * side + row) * side + column] *= gain }
      }
    }
  }

  /// Half the resolution and back.
  private func coarsen(_ planes: UnsafeMutablePointer<Float>) {
    var picture = image(planes)
    picture = picture.resized(width: side / 2, height: side / 2).resized(width: side, height: side)
    read(picture, planes)
  }

  /// In its share, what JPEG leaves.
  func compress(_ planes: UnsafeMutablePointer<Float>, random: inout RandomSource) {
    guard Float.random(in: 0..<1, using: &random) < plan.compression else { return }
    let quality = Int.random(in: 15...60, using: &random)
    // A crop that the coder refuses stays as it is.
    guard let file = try? image(planes).encodeJPEG(quality: quality), let decoded = try? ImageDecoder.decode(file)
    else { return }
    read(decoded, planes)
  }

  private func image(_ planes: UnsafeMutablePointer<Float>) -> Image {
    let area = side * side
    let bytes = [UInt8](unsafeUninitializedCapacity: 3 * area) { bytes, initialised in
      for channel in 0..<3 {
        for pixel in 0..<area {
          bytes[3 * pixel + channel] = UInt8(max(0, min(255, planes[channel * area + pixel])).rounded())
        }
      }
      initialised = 3 * area
    }
    return Image(width: side, height: side, pixels: bytes)
  }

  private func read(_ picture: Image, _ planes: UnsafeMutablePointer<Float>) {
    let area = side * side
    picture.pixels.withUnsafeBufferPointer { bytes in
      for channel in 0..<3 {
        for pixel in 0..<area { planes[channel * area + pixel] = Float(bytes[3 * pixel + channel]) }
      }
    }
  }
}
