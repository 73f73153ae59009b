package import FaceNet
package import FaceTypes
package import Images
internal import Networks

/// What an aligner's file says beside its layers.
package struct AlignerSettings: Sendable, Hashable, Codable {
  /// The side of the network's crop in eye–mouth distances of the frame that it is cut by.
  package var cropSide: Double
  /// How often the network runs on a face: each time on the crop that the landmarks found last turn upright.
  package var passes: Int

  package init(cropSide: Double, passes: Int) {
    self.cropSide = cropSide
    self.passes = passes
  }
}

/// Five landmarks of a face whose rough place is known.
///
/// The network's ten outputs are x and y of right eye, left eye, nose, right and left mouth corner, in half sides of
/// the crop from its centre. May be called from several threads at once.
package struct Aligner: Sendable {
  package let settings: AlignerSettings
  private let numbers: NetworkFile.Numbers
  private let pixels: Int
  private let network: InferenceNetwork

  /// - Throws: `.unsupported` for a file of another kind, `.mismatch` when its tensors do not fit its network.
  package init(_ file: NetworkFile) throws(ModelFileError) {
    guard file.kind == .aligner else {
      throw ModelFileError(.unsupported, "the file holds a \(file.kind.rawValue), not an aligner")
    }
    settings = try file.settings(AlignerSettings.self)
    guard settings.cropSide.isFinite, (1...10).contains(settings.cropSide), (1...8).contains(settings.passes),
      file.definition.inputHeight == file.definition.inputWidth
    else { throw ModelFileError(.damaged, "the aligner's settings leave their limits: \(file.settings)") }
    numbers = file.numbers
    pixels = file.definition.inputWidth
    do {
      guard try file.definition.outputDimension() == 10 else {
        throw NetworkError(.invalidDefinition, "an aligner has ten outputs")
      }
      network = try InferenceNetwork(file.definition, state: file.tensors)
    } catch {
      throw ModelFileError(.mismatch, "the aligner's tensors do not fit its network: \(error)")
    }
  }

  /// The landmarks, in the picture's pixels.
  ///
  /// - Parameter frame: where the face is roughly; also a turned one.
  package func landmarks(_ picture: Image, near frame: FaceFrame) throws(ModelFileError) -> Landmarks {
    try landmarks(picture, near: frame, passes: settings.passes)
  }

  /// The landmarks, in the picture's pixels, found on the smallest of the same picture's `smaller` versions that still has
  /// a pixel for each of the crop's: that spares the averaging of many.
  func landmarks(
    _ picture: Image, smaller: [Image], near frame: FaceFrame
  ) throws(ModelFileError) -> Landmarks {
    let wanted = Double(pixels) / settings.cropSide
    let scale = { (level: Image) in Double(level.width) / Double(picture.width) }
    guard let level = smaller.last(where: { frame.eyeMouthDistance * scale($0) >= wanted && $0.width < picture.width })
    else { return try landmarks(picture, near: frame) }
    let (x, y) = (scale(level), Double(level.height) / Double(picture.height))
    let found = try landmarks(
      level,
      near: FaceFrame(
        centre: Point(x: frame.centre.x * x, y: frame.centre.y * y), eyeMouthDistance: frame.eyeMouthDistance * x,
        roll: frame.roll))
    return found.map { Point(x: $0.x / x, y: $0.y / y) }
  }

  /// - Parameter passes: at least 1.
  package func landmarks(
    _ picture: Image, near frame: FaceFrame, passes: Int
  ) throws(ModelFileError) -> Landmarks {
    var landmarks = try onePass(picture, frame)
    for _ in 1..<max(1, passes) { landmarks = try onePass(picture, FaceFrame(fitting: landmarks)) }
    return landmarks
  }

  private func onePass(_ picture: Image, _ frame: FaceFrame) throws(ModelFileError) -> Landmarks {
    let side = frame.eyeMouthDistance * settings.cropSide
    // Landmarks that fell together or flew away give no crop; the picture's own size bounds what is sensible.
    let reach = 4 * Double(max(picture.width, picture.height))
    guard side.isFinite, (1...reach).contains(side), abs(frame.centre.x) < reach, abs(frame.centre.y) < reach else {
      return FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
    }
    let crop = picture.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: side, rotation: frame.roll, pixels: pixels)
    let outputs: [Float]
    do {
      outputs = try network.embed(crop, numbers)
    } catch {
      throw ModelFileError(.wrongInput, "the aligner could not run: \(error)")
    }
    let half = settings.cropSide / 2
    func point(_ index: Int) -> Point {
      frame.point(right: Double(outputs[2 * index]) * half, down: Double(outputs[2 * index + 1]) * half)
    }
    return Landmarks(
      rightEye: point(0), leftEye: point(1), nose: point(2), rightMouth: point(3), leftMouth: point(4))
  }
}
