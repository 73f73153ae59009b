package import FaceNet
internal import FaceTypes
package import Images
package import Networks

/// A network that finds faces of one octave, run over a pyramid: the photograph, half of it, a quarter and so on.
package struct PyramidDetector: Sendable {
  /// Most pixels of the largest level. A face's size in a photograph says how much of the scene it takes, and that is
  /// a question of area: so a wide picture is not shrunk more than a square one.
  package static let workingPixels = 2 << 20
  /// The sides of a level's canvas are multiples of this: fewer instances of the network.
  private static let canvasStep = 32

  package let settings: DetectorSettings
  private let numbers: NetworkFile.Numbers
  private let networks: SizedNetworks

  /// - Throws: `.unsupported` for a file of another kind, `.mismatch` when its tensors do not fit its network.
  package init(_ file: NetworkFile) throws(ModelFileError) {
    guard file.kind == .detector else {
      throw ModelFileError(.unsupported, "the file holds a network of kind \(file.kind.rawValue), not a detector")
    }
    settings = try file.settings(DetectorSettings.self)
    guard settings.smallestFace >= 8, settings.largestFace >= 2 * settings.smallestFace,
      settings.largestFace <= 256, settings.threshold.isFinite
    else { throw ModelFileError(.damaged, "the detector's settings leave their limits: \(file.settings)") }
    numbers = file.numbers
    networks = SizedNetworks(file)
    do {
      let side = Self.canvasStep
      let output = try networks.network(.init(height: side, width: side)).outputDimension
      let cells = side / FaceCode.stride
      guard output == cells * cells * FaceCode.channels else {
        throw NetworkError(.invalidDefinition, "a detector gives \(FaceCode.channels) numbers per 8 × 8 pixels")
      }
    } catch {
      throw ModelFileError(.mismatch, "the detector's tensors do not fit its network: \(error)")
    }
  }

  /// The faces with a logit of at least `threshold`, the surest first, in the photograph's pixels.
  package func search(_ photo: Image, threshold: Float) throws(NetworkError) -> [Candidate] {
    try PyramidSearch(self, photo, .all, threshold: threshold).found
  }

  /// What a photograph's sides are multiplied with before it is searched; at most 1.
  package static func scale(of photo: Image) -> Double {
    min(1, (Double(workingPixels) / Double(photo.width * photo.height)).squareRoot())
  }

  /// The width of the smallest face that level `number` shows, in pixels of the photograph.
  func smallestFace(_ photo: Image, at number: Int) -> Double {
    settings.smallestFace * Double(1 << number) / Self.scale(of: photo)
  }

  /// The first level of the pyramid that has to be searched: 0 is the largest.
  func firstLevel(_ photo: Image, _ sought: SoughtFaces) -> Int {
    switch sought {
    case .all: return 0
    case .largeFirst: return 1
    case .from(let width):
      var number = 0
      // The largest face that fits is still to be found.
      while smallestFace(photo, at: number + 1) <= min(width, Double(min(photo.width, photo.height))) { number += 1 }
      return number
    }
  }

  /// A level by itself.
  func level(_ number: Int, of photo: Image) -> Image { photo.shrunk(by: Self.scale(of: photo), halvings: number) }

  /// From the largest down to the first in which the largest face that fits has a size that the network knows.
  func levels(_ photo: Image, from first: Int = 0) -> [Image] {
    var levels = [level(first, of: photo)]
    while let last = levels.last, Double(max(last.width, last.height)) > settings.largestFace {
      levels.append(last.shrunk(by: 0.5))
    }
    return levels
  }

  private static func canvas(_ side: Int) -> Int { (side + canvasStep - 1) / canvasStep * canvasStep }

  /// What the network says of a picture by itself, cell by cell with `FaceCode.channels` numbers each.
  package func cells(_ level: Image) throws(NetworkError) -> [Float] {
    let (height, width) = (Self.canvas(level.height), Self.canvas(level.width))
    let network = try networks.network(.init(height: height, width: width))
    return try network.embed(level, numbers)
  }

  /// Adds what the network takes for faces in a level, in the photograph's pixels.
  func gather(
    _ level: Image, of photo: Image, _ threshold: Float, into candidates: inout [Candidate]
  ) throws(NetworkError) {
    let output = try cells(level)
    let width = Self.canvas(level.width)
    let (scaleX, scaleY) = (
      Double(photo.width) / Double(level.width), Double(photo.height) / Double(level.height)
    )
    let columns = width / FaceCode.stride
    for cell in 0..<output.count / FaceCode.channels {
      let start = cell * FaceCode.channels
      guard output[start] >= threshold else { continue }
      let place = Point(x: FaceCode.place(cell % columns), y: FaceCode.place(cell / columns))
      guard place.x < Double(level.width), place.y < Double(level.height) else { continue }
      let face = FaceCode.decode(output[start..<start + FaceCode.channels], from: place)
      candidates.append(
        Candidate(
          box: Box(
            x: face.box.x * scaleX, y: face.box.y * scaleY, width: face.box.width * scaleX,
            height: face.box.height * scaleY),
          landmarks: face.landmarks.map { Point(x: $0.x * scaleX, y: $0.y * scaleY) }, logit: output[start]))
    }
  }
}

extension Image {
  /// Shrunk once by `scale`, then so many times to the half: as a picture of the size that this gives, made in one step.
  fileprivate func shrunk(by scale: Double, halvings: Int = 0) -> Image {
    var (width, height) = (self.width, self.height)
    if scale < 1 { (width, height) = (Self.side(width, scale), Self.side(height, scale)) }
    for _ in 0..<halvings { (width, height) = (Self.side(width, 0.5), Self.side(height, 0.5)) }
    return resized(width: width, height: height)
  }

  private static func side(_ side: Int, _ scale: Double) -> Int { max(1, Int((Double(side) * scale).rounded())) }
}
