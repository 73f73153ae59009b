import FaceDetection
import FaceTypes
import Foundation
import Images
import SyntheticFaces
import Testing

@Suite struct FaceQualityTests {
  private let side = 256

  /// A drawn face, with landmarks where the drawing's frame has them, and the same after some change.
  private func quality(_ change: (Image) -> Image = { $0 }, landmarks: Landmarks? = nil) -> FaceQuality {
    let image = change(SyntheticFace(identity: 4).photograph(View(), side: side))
    let frame = FaceFrame(
      centre: Point(x: Double(image.width) / 2, y: Double(image.height) / 2),
      eyeMouthDistance: Double(image.width) / 4)
    let box = Box(x: 0, y: 0, width: Double(image.width), height: Double(image.height))
    let face = Detection(box: box, score: 1, landmarks: landmarks, frame: frame)
    return FaceQuality(of: face, in: image, confidence: 0.9)
  }

  private func map(_ image: Image, _ change: (UInt8) -> Double) -> Image {
    Image(
      width: image.width, height: image.height,
      pixels: image.pixels.map { UInt8(min(max(change($0), 0), 255)) })
  }

  @Test func aGoodPictureIsGood() {
    let good = quality()
    #expect(good.size == 1 && good.brightness == 1 && good.pose == nil && good.confidence == 0.9)
    #expect(good.sharpness > 0.3)
    #expect(good.overall == min(good.sharpness, 0.9))
  }

  @Test func blurIsSeenInEitherDirection() {
    let sharp = quality().sharpness
    let soft = quality { $0.resized(width: 24, height: 24).resized(width: 256, height: 256) }
    #expect(soft.sharpness < 0.5 * sharp && soft.weakest == .sharpness)
    let across = quality { $0.resized(width: 20, height: 256).resized(width: 256, height: 256) }
    let down = quality { $0.resized(width: 256, height: 20).resized(width: 256, height: 256) }
    #expect(across.sharpness < 0.5 * sharp && down.sharpness < 0.5 * sharp)
    // Little contrast is not blur.
    let pale = quality { self.map($0) { 100 + Double($0) / 3 } }
    #expect(pale.sharpness > 0.6 * sharp)
  }

  @Test func lightAndSize() {
    #expect(quality { self.map($0) { Double($0) / 8 } }.weakest == .brightness)
    #expect(quality { self.map($0) { 240 + Double($0) / 20 } }.weakest == .brightness)
    let small = quality { $0.resized(width: 32, height: 32) }
    #expect(abs(small.size - 0.25) < 0.01)
  }

  @Test func flatPicturesHaveNoSharpness() {
    let flat = quality { Image(width: $0.width, height: $0.height, colour: Colour(120, 120, 120)) }
    #expect(flat.sharpness == 0 && flat.overall == 0)
  }

  /// A head of the assumed shape, turned and seen from far, tells its angles back.
  @Test(arguments: [(0.0, 0.0), (20, 0), (-35, 0), (0, 25), (0, -20), (30, 15)])
  func anglesOfATurnedHead(_ yaw: Double, _ pitch: Double) {
    let (yaw, pitch) = (yaw * .pi / 180, pitch * .pi / 180)
    for roll in [0.0, 0.4, -1.2] {
      let depths = [0.0, 0.0, 0.5, 0.0, 0.0]
      let points = zip(FaceTemplate.landmarks.points, depths).map { point, z in
        // About the vertical axis, then the horizontal one, then in the plane.
        let (x, depth) = (point.x * cos(yaw) + z * sin(yaw), z * cos(yaw) - point.x * sin(yaw))
        let y = point.y * cos(pitch) + depth * sin(pitch)
        return Point(x: 100 + 30 * (x * cos(roll) - y * sin(roll)), y: 90 + 30 * (x * sin(roll) + y * cos(roll)))
      }
      let angles = FaceAngles(
        Landmarks(
          rightEye: points[0], leftEye: points[1], nose: points[2], rightMouth: points[3], leftMouth: points[4]))
      #expect(abs(angles.yaw - yaw) < 0.09, "yaw \(angles.yaw) for \(yaw)")
      #expect(abs(angles.pitch - pitch) < 0.09, "pitch \(angles.pitch) for \(pitch)")
      if yaw == 0, pitch == 0 {
        #expect(abs(angles.roll - roll) < 1e-9)
        #expect(angles.frontality == 1)
      }
    }
  }

  @Test func poseNeedsLandmarks() {
    let frontal = FaceTemplate.landmarks.map { Point(x: 128 + 60 * $0.x, y: 128 + 60 * $0.y) }
    #expect(quality(landmarks: frontal).pose == 1)
    var turned = frontal
    turned.nose.x += 60
    #expect(quality(landmarks: turned).weakest == .pose)
  }
}
