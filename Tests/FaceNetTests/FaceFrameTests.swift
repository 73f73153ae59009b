import FaceNet
import FaceTypes
import Foundation
import Images
import Testing

/// Where crops lie, and how landmarks turn them.
@Suite struct FaceFrameTests {
  static let frames = [
    FaceFrame(centre: Point(x: 100, y: 80), eyeMouthDistance: 30),
    FaceFrame(centre: Point(x: 61.5, y: 40.25), eyeMouthDistance: 12.5, roll: 0.7),
    FaceFrame(centre: Point(x: 300, y: 200), eyeMouthDistance: 90, roll: -1.2),
  ]

  /// Landmarks that are the template's, shifted, scaled and turned, say that shift, scale and turn.
  @Test(arguments: frames)
  func fittingFindsTheSimilarity(frame: FaceFrame) {
    let landmarks = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
    let fitted = FaceFrame(fitting: landmarks)
    #expect(abs(fitted.centre.x - frame.centre.x) < 1e-9 && abs(fitted.centre.y - frame.centre.y) < 1e-9)
    #expect(abs(fitted.eyeMouthDistance - frame.eyeMouthDistance) < 1e-9 && abs(fitted.roll - frame.roll) < 1e-9)
  }

  /// No nearby similarity brings the template closer to landmarks that are not quite its own.
  @Test func fittingIsTheLeastSquares() {
    var landmarks = FaceTemplate.landmarks.map { Self.frames[1].point(right: $0.x, down: $0.y) }
    landmarks.nose.x += 2
    landmarks.leftEye.y -= 1.5
    func error(_ frame: FaceFrame) -> Double {
      zip(FaceTemplate.landmarks.points, landmarks.points).reduce(0) { sum, pair in
        let place = frame.point(right: pair.0.x, down: pair.0.y)
        return sum + pow(place.x - pair.1.x, 2) + pow(place.y - pair.1.y, 2)
      }
    }
    let fitted = FaceFrame(fitting: landmarks)
    let least = error(fitted)
    #expect(least > 0.1)
    for step in [-0.05, 0.05] {
      for change in [\FaceFrame.centre.x, \.centre.y, \.eyeMouthDistance, \.roll] {
        var other = fitted
        other[keyPath: change] += step
        #expect(error(other) > least)
      }
    }
  }

  /// The crop of a face does not depend on how the photograph was held.
  @Test func aTurnedPhotographGivesTheSameCrop() {
    let input = InputSpecification(height: 48, width: 48, cropSide: 2.8, cropRaise: 0.38, alignment: .upright)
    // A smooth picture drawn in the face's own coordinates, so that it can be drawn at any turn.
    func photograph(_ frame: FaceFrame) -> Image {
      var pixels: [UInt8] = []
      for y in 0..<220 {
        for x in 0..<220 {
          let (dx, dy) = (Double(x) + 0.5 - frame.centre.x, Double(y) + 0.5 - frame.centre.y)
          let right = (cos(frame.roll) * dx + sin(frame.roll) * dy) / frame.eyeMouthDistance
          let down = (cos(frame.roll) * dy - sin(frame.roll) * dx) / frame.eyeMouthDistance
          pixels += [UInt8(128 + 60 * sin(right)), UInt8(128 + 60 * cos(down)), UInt8(128 + 50 * sin(right + down))]
        }
      }
      return Image(width: 220, height: 220, pixels: pixels)
    }
    let crops = [0.0, 0.5, -0.9].map { roll in
      let frame = FaceFrame(centre: Point(x: 110, y: 112), eyeMouthDistance: 40, roll: roll)
      let landmarks = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
      return input.crop(photograph(frame), input.frame(landmarks)).pixels
    }
    for turned in crops[1...] {
      #expect((zip(crops[0], turned).map { abs(Int($0) - Int($1)) }.max() ?? 255) <= 2)
    }
    #expect(Set(crops[0]).count > 20)
  }

  /// Model files from before there were turned crops say nothing of them.
  @Test func olderHeadersMeanPlainCrops() throws {
    let text = #"{"channelOrder":"RGB","cropSide":3,"height":16,"mean":127.5,"scale":128,"width":16}"#
    let input = try JSONDecoder().decode(InputSpecification.self, from: Data(text.utf8))
    #expect(input == InputSpecification(height: 16, width: 16, cropSide: 3))
    #expect(input.alignment == .none && input.cropRaise == 0)
    let upright = InputSpecification(height: 8, width: 8, cropSide: 2, cropRaise: 0.5, alignment: .upright)
    #expect(try JSONDecoder().decode(InputSpecification.self, from: JSONEncoder().encode(upright)) == upright)
  }
}

@Suite struct CanonicalCropTests {
  /// A smooth picture.
  private static let photo = Image(
    width: 400, height: 360,
    pixels: (0..<400 * 360).flatMap { index -> [UInt8] in
      let (x, y) = (Double(index % 400), Double(index / 400))
      return [UInt8(127 + 100 * sin(x / 31)), UInt8(127 + 100 * cos(y / 23)), UInt8((x + y) / 3)]
    })

  private static let landmarks = FaceTemplate.landmarks.map {
    FaceFrame(centre: Point(x: 190, y: 170), eyeMouthDistance: 52, roll: 0.6).point(right: $0.x + 0.03, down: $0.y)
  }

  /// What was enrolled from a photograph, a later model cuts out of the kept square: upright or not.
  @Test(arguments: [
    InputSpecification(height: 48, width: 48, cropSide: 2.8, cropRaise: 0.38, alignment: .upright),
    InputSpecification(height: 48, width: 48, cropSide: 3),
  ])
  func theKeptCropServesWhatThePhotographWould(_ input: InputSpecification) {
    let landmarks = Self.landmarks
    let frame = CanonicalCrop.frame(
      landmarks: landmarks, otherwise: FaceFrame(centre: .init(x: 0, y: 0), eyeMouthDistance: 9))
    #expect(frame.roll == 0)
    let kept = Self.photo.crop(
      centreX: frame.centre.x, centreY: frame.centre.y, side: CanonicalCrop.side * frame.eyeMouthDistance,
      pixels: CanonicalCrop.pixels)
    let inside = landmarks.map { CanonicalCrop.place($0, frame: frame) }
    let direct = input.crop(Self.photo, input.frame(landmarks)).pixels
    let later = input.crop(kept, input.frame(inside)).pixels
    #expect((zip(direct, later).map { abs(Int($0) - Int($1)) }.max() ?? 255) <= 4)
  }

  @Test func withoutLandmarksTheFrameIsTakenUnturned() {
    let frame = FaceFrame(centre: Point(x: 5, y: 6), eyeMouthDistance: 7, roll: 0.3)
    #expect(
      CanonicalCrop.frame(landmarks: nil, otherwise: frame)
        == FaceFrame(centre: Point(x: 5, y: 6), eyeMouthDistance: 7))
    #expect(CanonicalCrop.place(Point(x: 5, y: 6), frame: frame) == Point(x: 112, y: 112))
  }
}
