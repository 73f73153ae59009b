internal import FaceTypes
internal import Glibc

/// One crop that a detector is trained on: cut out of a photograph, turned, scaled, faces pasted into it, covered and badly
/// lit.
struct DetectorSample {
  let recipe: DetectorRecipe
  let data: DetectorPictures

  private var side: Int { recipe.crops.pixels }

  /// Writes three planes of numbers and the targets of every cell.
  /// - Parameter base: the bytes of `data.pictures`.
  func write(
    base: UnsafePointer<UInt8>, to planes: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>,
    random: inout RandomSource
  ) {
    let view = choose(&random)
    draw(view, base, planes, &random)
    var faces = data.faces[view.picture].map { view.moved($0, side: side) }
    var verified = zip(data.faces[view.picture], faces).map { face, moved in
      face.size >= recipe.sizes.unverified && view.cut?.contains(moved.box.centre) ?? true
    }
    if view.isPasted {
      let pasted = paste(base, planes, beside: faces, &random)
      faces += pasted
      verified += pasted.map { _ in true }
    }
    let found = zip(faces, verified).filter {
      $1 && (recipe.sizes.smallest...recipe.sizes.largest).contains($0.size)
    }
    let harm = CropHarm(plan: recipe.crops.harm, side: side)
    harm.write(to: planes, face: found.randomElement(using: &random)?.0, random: &random) { other, random in
      draw(choose(&random), base, other, &random)
    }
    recipe.crops.light.finish(planes, width: side, height: side, mean: 0, scale: 1, random: &random)
    harm.compress(planes, random: &random)
    if case .colour(let value) = view.cut?.beyond, let window = view.cut?.window(side: side) {
      for channel in 0..<3 { window.surround(planes + channel * side * side, side: side, with: value) }
    }
    for index in 0..<3 * side * side { planes[index] = (planes[index] - 127.5) * (1 / 128) }
    DetectorTargets(sizes: recipe.sizes, cells: side / 8).write(faces, verified: verified, to: targets)
  }

  /// The view, and another photograph, without faces, where it shows nothing: grey alone would teach nothing.
  private func draw(
    _ view: CropView, _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>, _ random: inout RandomSource
  ) {
    let level = data.pictures.levels[view.picture][0]
    if view.cut != nil || !view.isCovered(width: level.width, height: level.height, side: side) {
      draw(background(&random), base, planes, outside: .edge, window: nil)
    }
    guard let cut = view.cut else { return draw(view, base, planes, outside: .keep, window: nil) }
    let window = cut.window(side: side)
    if case .edge = cut.beyond {
      draw(view, base, planes, outside: .edge, window: window)
      for channel in 0..<3 { window.extend(planes + channel * side * side, side: side) }
    } else {
      draw(view, base, planes, outside: .keep, window: window)
    }
  }

  private func draw(
    _ view: CropView, _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>, outside: Warp.Outside,
    window: PixelWindow?
  ) {
    let warp = Warp(
      centre: (Float(view.centre.x), Float(view.centre.y)), step: Float(view.step),
      angle: (cosf(Float(view.angle)), sinf(Float(view.angle))), mirror: view.mirror, pixels: side)
    data.pictures.withLevel(view.picture, step: Float(view.step), base) { picture, halvings in
      warp.halved(halvings).write(picture, to: planes, width: side, height: side, outside: outside, window: window)
    }
  }

  private func background(_ random: inout RandomSource) -> CropView {
    let isHard = Double.random(in: 0..<1, using: &random) < recipe.crops.hardShare
    return anywhere(one(of: isHard ? data.hard : data.backgrounds, &random), &random)
  }

  private func choose(_ random: inout RandomSource) -> CropView {
    let plan = recipe.crops
    var choice = Double.random(in: 0..<1, using: &random)
    let target = data.targets[Int.random(in: 0..<data.targets.count, using: &random)]
    if choice < plan.faceShare {
      return aboutFace(target.picture, data.faces[target.picture][target.face], &random)
    }
    choice -= plan.faceShare
    if choice < plan.tightShare {
      guard Bool.random(using: &random) else {
        return tight(target.picture, data.faces[target.picture][target.face], &random)
      }
      let square = one(of: data.squares, &random)
      return tight(square, data.faces[square][0], &random)
    }
    choice -= plan.tightShare
    if choice < plan.sceneShare { return anywhere(one(of: data.scenes, &random), &random) }
    choice -= plan.sceneShare
    if choice < plan.pasteShare {
      let onScene = Int.random(in: 0..<4, using: &random) == 0
      return anywhere(one(of: onScene ? data.scenes : data.backgrounds, &random), isPasted: true, &random)
    }
    return background(&random)
  }

  private func one(of places: [Int], _ random: inout RandomSource) -> Int {
    places[Int.random(in: 0..<places.count, using: &random)]
  }

  /// The face gets a size to be found and lies anywhere but at the very edge.
  private func aboutFace(_ picture: Int, _ face: SceneFace, _ random: inout RandomSource) -> CropView {
    var view = sized(picture, face, angle: turn(&random), &random)
    view.put(at: anyPlace(&random), side: side)
    return view
  }

  /// The picture ends close about the face. Two in five lie in the crop's corner as a small level of the pyramid lies on
  /// its canvas.
  private func tight(_ picture: Int, _ face: SceneFace, _ random: inout RandomSource) -> CropView {
    let angle = random.normal() * Double(recipe.crops.uprightRotation) * .pi / 180
    var view = sized(picture, face, angle: angle, &random)
    let (width, height) = (face.box.width / view.step, face.box.height / view.step)
    func across() -> Double { Double.random(in: 0.36...0.8, using: &random) * width }
    func along() -> Double { Double.random(in: 0.3...0.75, using: &random) * height }
    let (left, top) = (across(), along())
    var place = anyPlace(&random)
    if Double.random(in: 0..<1, using: &random) < 0.4 { place = Point(x: left, y: top) }
    let beyond: CropCut.Beyond =
      switch Int.random(in: 0..<100, using: &random) {
      case ..<35: .edge
      // What the network sees beyond a level's edge.
      case ..<60: .colour(127.5)
      case ..<78: .colour(0)
      case ..<85: .colour(255)
      default: .other
      }
    view.put(at: place, side: side)
    view.cut = CropCut(
      left: place.x - left, top: place.y - top, right: place.x + across(), bottom: place.y + along(), beyond: beyond)
    return view
  }

  private func sized(_ picture: Int, _ face: SceneFace, angle: Double, _ random: inout RandomSource) -> CropView {
    let sizes = recipe.sizes
    let largest = min(sizes.largest, face.size * recipe.crops.enlargement)
    let size = logarithmic(sizes.smallest, max(sizes.smallest, largest), &random)
    return CropView(
      picture: picture, centre: face.box.centre, step: face.size / size, angle: angle,
      mirror: Bool.random(using: &random))
  }

  private func anyPlace(_ random: inout RandomSource) -> Point {
    let side = Double(side)
    return Point(
      x: side * (0.5 + 0.42 * Double(random.symmetric())), y: side * (0.5 + 0.42 * Double(random.symmetric())))
  }

  private func anywhere(_ picture: Int, isPasted: Bool = false, _ random: inout RandomSource) -> CropView {
    let level = data.pictures.levels[picture][0]
    let (width, height) = (Double(level.width), Double(level.height))
    let whole = max(width, height) / Double(side)
    return CropView(
      picture: picture,
      centre: Point(
        x: Double.random(in: 0.1...0.9, using: &random) * width,
        y: Double.random(in: 0.1...0.9, using: &random) * height),
      step: logarithmic(0.7, max(1, isPasted ? whole : 2 * whole), &random), angle: turn(&random),
      mirror: Bool.random(using: &random), isPasted: isPasted)
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

  /// Pastes squares' faces into the fields of a grid, a few or a crowd, where no other face is, and says where.
  private func paste(
    _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>, beside others: [SceneFace],
    _ random: inout RandomSource
  ) -> [SceneFace] {
    let isCrowd = Double.random(in: 0..<1, using: &random) < recipe.crops.crowdShare
    let fields = isCrowd ? Int.random(in: 3...6, using: &random) : Int.random(in: 1...2, using: &random)
    let pitch = Double(side) / Double(fields)
    let largest = min(recipe.sizes.largest, max(recipe.sizes.smallest, pitch / 1.3))
    func edge(_ field: Int) -> Int { field * side / fields }
    var faces: [SceneFace] = []
    for field in 0..<fields * fields {
      let (column, row) = (field % fields, field / fields)
      guard Double.random(in: 0..<1, using: &random) < (isCrowd ? 0.85 : 0.6) else { continue }
      let size = logarithmic(recipe.sizes.smallest, largest, &random)
      let target = FaceFrame(
        centre: Point(
          x: (Double(column) + Double.random(in: 0.3...0.7, using: &random)) * pitch,
          y: (Double(row) + Double.random(in: 0.3...0.7, using: &random)) * pitch),
        eyeMouthDistance: size / (FaceBox.width * FaceBox.height).squareRoot(), roll: turn(&random))
      let window = PixelWindow(columns: edge(column)..<edge(column + 1), rows: edge(row)..<edge(row + 1))
      if let face = paste(base, planes, target, window, beside: others, &random) { faces.append(face) }
    }
    return faces
  }

  private func paste(
    _ base: UnsafePointer<UInt8>, _ planes: UnsafeMutablePointer<Float>, _ target: FaceFrame, _ window: PixelWindow,
    beside others: [SceneFace], _ random: inout RandomSource
  ) -> SceneFace? {
    let square = one(of: data.squares, &random)
    let source = FaceFrame(fitting: data.faces[square][0].landmarks)
    let box = FaceBox.of(target)
    let size = box.area.squareRoot()
    let isFree = others.allSatisfy { other in
      let reach = 0.75 * (other.size + size)
      return abs(other.box.centre.x - box.centre.x) > reach || abs(other.box.centre.y - box.centre.y) > reach
    }
    guard isFree else { return nil }
    let mirror = Bool.random(using: &random)
    let paste = FacePaste(source: source, target: target, mirror: mirror)
    let step = Float(source.eyeMouthDistance / target.eyeMouthDistance)
    data.pictures.withLevel(square, step: step, base) { picture, halvings in
      paste.write(picture, halvings: halvings, to: planes, side: side, window: window)
    }
    let points = data.faces[square][0].landmarks.map { paste.place($0) }
    return SceneFace(box: box, landmarks: mirror ? points.mirrored : points)
  }
}
