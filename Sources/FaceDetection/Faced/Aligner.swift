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

/// What an aligner sees in a crop.
package struct AlignedFace: Hashable, Sendable {
  /// In the picture's pixels.
  package var landmarks: Landmarks
  /// The log odds of there being a face.
  package var logit: Float

  package var frame: FaceFrame { FaceFrame(fitting: landmarks) }
}

/// Five landmarks of a face whose rough place is known, and whether there is a face at all.
///
/// The network's first ten outputs are x and y of right eye, left eye, nose, right and left mouth corner, in half sides of
/// the crop from its centre; the last is the logit of there being a face. May be called from several threads at once.
package struct Aligner: Sendable {
  package static let outputs = 11

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
      guard try file.definition.outputDimension() == Self.outputs else {
        throw NetworkError(.invalidDefinition, "an aligner has eleven outputs")
      }
      network = try InferenceNetwork(file.definition, state: file.tensors)
    } catch {
      throw ModelFileError(.mismatch, "the aligner's tensors do not fit its network: \(error)")
    }
  }

  /// What the network sees after so many passes, each on the crop that the landmarks found last turn upright.
  ///
  /// - Parameters:
  ///   - frame: where the face is roughly; also a turned one.
  ///   - passes: at least 1.
  package func face(
    _ picture: Image, near frame: FaceFrame, passes: Int
  ) throws(ModelFileError) -> AlignedFace {
    var face = try onePass(picture, frame)
    for _ in 1..<max(1, passes) { face = try onePass(picture, face.frame) }
    return face
  }

  /// The same, found on the smallest of the same picture's `smaller` versions that still has a pixel for each of the
  /// crop's: that spares the averaging of many.
  func face(
    _ picture: Image, smaller: [Image], near frame: FaceFrame, passes: Int
  ) throws(ModelFileError) -> AlignedFace {
    let wanted = Double(pixels) / settings.cropSide
    let scale = { (level: Image) in Double(level.width) / Double(picture.width) }
    guard let level = smaller.last(where: { frame.eyeMouthDistance * scale($0) >= wanted && $0.width < picture.width })
    else { return try face(picture, near: frame, passes: passes) }
    let (x, y) = (scale(level), Double(level.height) / Double(picture.height))
    var found = try face(
      level,
      near: FaceFrame(
        centre: Point(x: frame.centre.x * x, y: frame.centre.y * y), eyeMouthDistance: frame.eyeMouthDistance * x,
        roll: frame.roll), passes: passes)
    found.landmarks = found.landmarks.map { Point(x: $0.x / x, y: $0.y / y) }
    return found
  }

  private func onePass(_ picture: Image, _ frame: FaceFrame) throws(ModelFileError) -> AlignedFace {
    let side = frame.eyeMouthDistance * settings.cropSide
    // Landmarks that fell together or flew away give no crop; the picture's own size bounds what is sensible.
    let reach = 4 * Double(max(picture.width, picture.height))
    guard side.isFinite, (1...reach).contains(side), abs(frame.centre.x) < reach, abs(frame.centre.y) < reach else {
      return AlignedFace(
        landmarks: FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }, logit: -.infinity)
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
    return AlignedFace(
      landmarks: Landmarks(
        rightEye: point(0), leftEye: point(1), nose: point(2), rightMouth: point(3), leftMouth: point(4)),
      logit: outputs[Self.outputs - 1])
  }
}
