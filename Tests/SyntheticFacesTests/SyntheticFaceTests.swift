import Images
import SyntheticFaces
import Testing

/// Mean absolute difference of two pictures of one size, in 8-bit steps.
private func difference(_ a: Image, _ b: Image) -> Double {
  let sum = zip(a.pixels, b.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
  return Double(sum) / Double(a.pixels.count)
}

private func view(_ change: (inout View) -> Void = { _ in }) -> View {
  var view = View()
  view.noise = 0
  change(&view)
  return view
}

@Suite struct SyntheticFaceTests {
  @Test func equalSeedsGiveEqualPictures() {
    for seed in UInt64(0)..<3 {
      let first = SyntheticFace(identity: seed).photograph(.snapshot(seed: seed + 7), side: 96)
      #expect(first == SyntheticFace(identity: seed).photograph(.snapshot(seed: seed + 7), side: 96))
      #expect(first.width == 96 && first.height == 96)
    }
  }

  @Test func identitiesDifferUnderTheSameView() {
    let pictures = (UInt64(0)..<12).map { SyntheticFace(identity: $0).photograph(view(), side: 64) }
    for (index, picture) in pictures.enumerated() {
      for other in pictures[(index + 1)...] { #expect(difference(picture, other) > 3) }
    }
  }

  /// Each property of a view changes the picture, and reflecting the light or the yaw is no small change.
  @Test func everyPropertyOfAViewIsSeen() {
    let face = SyntheticFace(identity: 5)
    let plain = face.photograph(view(), side: 96)
    let changes: [(String, (inout View) -> Void)] = [
      ("yaw", { $0.yaw = 15 }), ("pitch", { $0.pitch = 10 }), ("roll", { $0.roll = 8 }), ("zoom", { $0.zoom = 1.2 }),
      ("offsetX", { $0.offsetX = 0.05 }), ("offsetY", { $0.offsetY = -0.05 }),
      ("lightAzimuth", { $0.lightAzimuth = -60 }), ("lightElevation", { $0.lightElevation = 80 }),
      ("lightStrength", { $0.lightStrength = 0.5 }), ("ambient", { $0.ambient = 0.1 }),
      ("lightWarmth", { $0.lightWarmth = 1 }), ("mouthOpening", { $0.mouthOpening = 1 }), ("smile", { $0.smile = 1 }),
      ("brow", { $0.brow = 1 }), ("noise", { $0.noise = 8 }), ("scene", { $0.scene = 99 }),
    ]
    for (name, change) in changes {
      #expect(difference(plain, face.photograph(view(change), side: 96)) > 0.05, "\(name)")
    }
  }

  @Test func yawTurnsTheFaceTheSaidWay() {
    // This person wears red lipstick. Positive yaw shows more of the right cheek, so the mouth goes to the right.
    let face = SyntheticFace(identity: 0)
    func mouth(_ yaw: Float) -> Double {
      let picture = face.photograph(view { $0.yaw = yaw }, side: 128)
      var columns: [Int] = []
      for y in 0..<128 {
        for x in 0..<128 {
          let colour = picture[x, y]
          if colour.red > 60 && Double(colour.red) > 2.2 * Double(colour.green) { columns.append(x) }
        }
      }
      return Double(columns.reduce(0, +)) / Double(max(columns.count, 1))
    }
    let (left, middle, right) = (mouth(-25), mouth(0), mouth(25))
    #expect(left + 5 < middle && middle + 5 < right)
  }

  @Test func noiseHasTheSaidDeviation() {
    let face = SyntheticFace(identity: 2)
    let clean = face.photograph(view(), side: 128)
    let noisy = face.photograph(view { $0.noise = 5 }, side: 128)
    var (sum, count) = (0.0, 0.0)
    for (a, b) in zip(clean.pixels, noisy.pixels) where (30...225).contains(a) {
      sum += (Double(a) - Double(b)) * (Double(a) - Double(b))
      count += 1
    }
    #expect(abs((sum / count).squareRoot() - 5) < 0.7)
  }

  @Test func extremeViewsStillDraw() {
    let face = SyntheticFace(identity: 3)
    for (yaw, pitch, roll) in [(Float(90), Float(0), Float(0)), (-180, 45, 180), (0, -90, 0)] {
      let picture = face.photograph(
        view {
          $0.yaw = yaw
          $0.pitch = pitch
          $0.roll = roll
          $0.zoom = 3
        }, side: 33)
      #expect(Set(picture.pixels).count > 10)
    }
  }
}
