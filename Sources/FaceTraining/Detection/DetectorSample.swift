internal import FaceTypes
internal import Glibc

/// One crop that a detector is trained on: cut out of a photograph, turned, scaled, faces pasted into it, and its light
/// changed.
struct DetectorSample {
  let recipe: DetectorRecipe
  let data: DetectorPictures

  /// What a crop shows.
  private struct View {
    var picture: Int
    var centre: Point
    /// Picture pixels per crop pixel.
    var step: Double
    var angle: Double
    var mirror: Bool
    /// Squares to paste.
    var pasted: Int
  }

  /// Writes three planes of numbers and the targets of every cell.
  /// - Parameter base: the bytes of `data.pictures`.
  func write(
    base: UnsafePointer<UInt8>, to planes: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>,
    random: inout RandomSource
  ) {
    let side = recipe.crops.pixels
    planes.update(repeating: 127.5, count: 3 * side * side)
    // What the photograph does not cover is part of another, without faces: grey alone would teach nothing.
    draw(background(&random), base, planes)
    let view = choose(&random)
    draw(view, base, planes)
    var faces = data.faces[view.picture].map { moved($0, view) }
    var verified = data.faces[view.picture].map { $0.size >= recipe.sizes.unverified }
    for _ in 0..<view.pasted {
      if let face = paste(base, planes, beside: faces, &random) {
        faces.append(face)
        verified.append(true)
      }
    }
    recipe.crops.light.finish(planes, width: side, height: side, random: &random)
    DetectorTargets(sizes: recipe.sizes, cells: side / 8).write(faces, verified: verified, to: targets)
  }

  private func draw(_ view: View, _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>) {
    let side = recipe.crops.pixels
    let warp = Warp(
      centre: (Float(view.centre.x), Float(view.centre.y)), step: Float(view.step),
      angle: (cosf(Float(view.angle)), sinf(Float(view.angle))), mirror: view.mirror, pixels: side)
    data.pictures.withLevel(view.picture, step: Float(view.step), base) { picture, halvings in
      warp.halved(halvings).write(picture, to: planes, width: side, height: side, outside: .keep)
    }
  }

  private func background(_ random: inout RandomSource) -> View {
    let isHard = Double.random(in: 0..<1, using: &random) < recipe.crops.hardShare
    return anywhere(one(of: isHard ? data.hard : data.backgrounds, &random), &random)
  }

  private func choose(_ random: inout RandomSource) -> View {
    let plan = recipe.crops
    var choice = Double.random(in: 0..<1, using: &random)
    if choice < plan.faceShare {
      let target = data.targets[Int.random(in: 0..<data.targets.count, using: &random)]
      return aboutFace(target.picture, data.faces[target.picture][target.face], &random)
    }
    choice -= plan.faceShare
    if choice < plan.sceneShare { return anywhere(one(of: data.scenes, &random), &random) }
    choice -= plan.sceneShare
    if choice < plan.pasteShare {
      let onScene = Int.random(in: 0..<4, using: &random) == 0
      return anywhere(
        one(of: onScene ? data.scenes : data.backgrounds, &random), pasted: Int.random(in: 1...3, using: &random),
        &random)
    }
    return background(&random)
  }

  private func one(of places: [Int], _ random: inout RandomSource) -> Int {
    places[Int.random(in: 0..<places.count, using: &random)]
  }

  /// The face gets a size to be found and lies anywhere but at the very edge.
  private func aboutFace(_ picture: Int, _ face: SceneFace, _ random: inout RandomSource) -> View {
    let sizes = recipe.sizes
    let largest = min(sizes.largest, face.size * recipe.crops.enlargement)
    let size = logarithmic(sizes.smallest, max(sizes.smallest, largest), &random)
    var view = View(
      picture: picture, centre: face.box.centre, step: face.size / size, angle: turn(&random),
      mirror: Bool.random(using: &random), pasted: 0)
    let reach = 0.42 * Double(recipe.crops.pixels) * view.step
    view.centre.x += Double(random.symmetric()) * reach
    view.centre.y += Double(random.symmetric()) * reach
    return view
  }

  private func anywhere(_ picture: Int, pasted: Int = 0, _ random: inout RandomSource) -> View {
    let level = data.pictures.levels[picture][0]
    let (width, height) = (Double(level.width), Double(level.height))
    let whole = max(width, height) / Double(recipe.crops.pixels)
    return View(
      picture: picture,
      centre: Point(
        x: Double.random(in: 0.1...0.9, using: &random) * width,
        y: Double.random(in: 0.1...0.9, using: &random) * height),
      step: logarithmic(0.7, max(1, pasted > 0 ? whole : 2 * whole), &random), angle: turn(&random),
      mirror: Bool.random(using: &random), pasted: pasted)
  }

  private func logarithmic(_ from: Double, _ to: Double, _ random: inout RandomSource) -> Double {
    from * pow(to / from, Double.random(in: 0...1, using: &random))
  }

  private func turn(_ random: inout RandomSource) -> Double {
    let nearlyUpright = Float.random(in: 0..<1, using: &random) < recipe.crops.uprightShare
    let degrees =
      nearlyUpright
      ? Float(random.normal()) * recipe.crops.uprightRotation : random.symmetric() * recipe.crops.rotation
    return Double(degrees) * .pi / 180
  }

  /// A face of the photograph in the crop's pixels.
  private func moved(_ face: SceneFace, _ view: View) -> SceneFace {
    let (cosine, sine) = (cos(view.angle) / view.step, sin(view.angle) / view.step)
    let middle = Double(recipe.crops.pixels) / 2
    func move(_ point: Point) -> Point {
      let (dx, dy) = (point.x - view.centre.x, point.y - view.centre.y)
      let across = dx * cosine + dy * sine
      return Point(x: middle + (view.mirror ? -across : across), y: middle + dy * cosine - dx * sine)
    }
    let scaled = Box(x: 0, y: 0, width: face.box.width / view.step, height: face.box.height / view.step)
    let points = face.landmarks.map(move)
    return SceneFace(
      box: FaceBox.turned(scaled, by: view.angle, about: move(face.box.centre)),
      landmarks: view.mirror ? points.mirrored : points)
  }

  /// Pastes a square's face where no other is, and says where; nil where no place was found.
  private func paste(
    _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>, beside others: [SceneFace],
    _ random: inout RandomSource
  ) -> SceneFace? {
    let side = Double(recipe.crops.pixels)
    let square = one(of: data.squares, &random)
    let source = FaceFrame(fitting: data.faces[square][0].landmarks)
    let size = logarithmic(recipe.sizes.smallest, recipe.sizes.largest, &random)
    let distance = size / (FaceBox.width * FaceBox.height).squareRoot()
    let target = FaceFrame(
      centre: Point(
        x: side * Double.random(in: 0.05...0.95, using: &random),
        y: side * Double.random(in: 0.05...0.95, using: &random)),
      eyeMouthDistance: distance, roll: turn(&random))
    let box = FaceBox.of(target)
    let isFree = others.allSatisfy { other in
      let reach = 0.75 * (other.size + size)
      return abs(other.box.centre.x - box.centre.x) > reach || abs(other.box.centre.y - box.centre.y) > reach
    }
    guard isFree else { return nil }
    let mirror = Bool.random(using: &random)
    let paste = Paste(source: source, target: target, mirror: mirror)
    data.pictures.withLevel(square, step: Float(source.eyeMouthDistance / distance), base) { picture, halvings in
      paste.write(picture, halvings: halvings, to: planes, side: recipe.crops.pixels)
    }
    let points = data.faces[square][0].landmarks.map { paste.place($0) }
    return SceneFace(box: box, landmarks: mirror ? points.mirrored : points)
  }
}

/// A face from one frame to another, its surroundings fading out.
private struct Paste {
  let source: FaceFrame
  let target: FaceFrame
  let mirror: Bool

  /// Half axes of the ellipse about the face at which it has half gone, in eye–mouth distances, and how far it is
  /// raised above the frame's centre.
  private static let (across, along, raise): (Float, Float, Float) = (1.35, 1.6, 0.15)

  /// Where a point of the source comes to lie.
  func place(_ point: Point) -> Point {
    let (dx, dy) = (point.x - source.centre.x, point.y - source.centre.y)
    let (cosine, sine) = (cos(source.roll) / source.eyeMouthDistance, sin(source.roll) / source.eyeMouthDistance)
    let across = dx * cosine + dy * sine
    return target.point(right: mirror ? -across : across, down: dy * cosine - dx * sine)
  }

  func write(_ picture: PictureBytes, halvings: Int, to planes: UnsafeMutablePointer<Float>, side: Int) {
    let distance = Float(target.eyeMouthDistance)
    let reach = 2 * distance
    let (centreX, centreY) = (Float(target.centre.x), Float(target.centre.y))
    let columns = max(0, Int(centreX - reach))..<max(0, min(side, Int(centreX + reach) + 1))
    let rows = max(0, Int(centreY - reach))..<max(0, min(side, Int(centreY + reach) + 1))
    let (cosine, sine) = (cosf(Float(target.roll)) / distance, sinf(Float(target.roll)) / distance)
    let shrink = Float(1 << halvings)
    let step = Float(source.eyeMouthDistance) / shrink
    let (stepX, stepY) = (cosf(Float(source.roll)) * step, sinf(Float(source.roll)) * step)
    let (fromX, fromY) = (Float(source.centre.x) / shrink - 0.5, Float(source.centre.y) / shrink - 0.5)
    for row in rows {
      for column in columns {
        let (dx, dy) = (Float(column) + 0.5 - centreX, Float(row) + 0.5 - centreY)
        let straight = dx * cosine + dy * sine
        let down = dy * cosine - dx * sine
        let (u, v) = (straight / Self.across, (down + Self.raise) / Self.along)
        let weight = max(0, min(1, (1.15 - (u * u + v * v).squareRoot()) / 0.3))
        guard weight > 0 else { continue }
        let right = mirror ? -straight : straight
        let colour = picture.sample(fromX + right * stepX - down * stepY, fromY + right * stepY + down * stepX)
        for channel in 0..<3 {
          let place = (channel * side + row) * side + column
          planes[place] += weight * (colour[channel] - planes[place])
        }
      }
    }
  }
}

extension Landmarks {
  /// The points of a mirrored face: its right is what was its left.
  var mirrored: Landmarks {
    Landmarks(rightEye: leftEye, leftEye: rightEye, nose: nose, rightMouth: leftMouth, leftMouth: rightMouth)
  }
}
