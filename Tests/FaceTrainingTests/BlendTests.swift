import FaceTraining
import FaceTypes
import Foundation
import Images
import Testing

@Suite struct BlendTests {
  static let frame = FaceFrame(centre: Point(x: 16, y: 16), eyeMouthDistance: 8)

  static func noise(_ seed: UInt64) -> Image {
    var random = RandomSource(seed: seed)
    return Image(
      width: 32, height: 32, pixels: (0..<32 * 32 * 3).map { _ in UInt8.random(in: 60...190, using: &random) })
  }

  @Test func wholeMasksAreTheSameEverywhere() {
    let mask = BlendMask(shape: .whole, share: 0.4, border: 0, softness: 0.2)
    for (right, down) in [(0, 0), (-2, 1), (1.5, -1.5)] as [(Float, Float)] {
      #expect(mask.weight(right: right, down: down) == 0.4)
    }
  }

  /// Far on one side the first face, far on the other the second, and half of each at the border.
  @Test func masksPartAlongTheirBorder() {
    let upper = BlendMask(shape: .upperAndLower, share: 1, border: 0.2, softness: 0.2)
    #expect(upper.weight(right: 0.3, down: -1) > 0.99 && upper.weight(right: 0.3, down: 1.4) < 0.01)
    #expect(abs(upper.weight(right: -1, down: 0.2) - 0.5) < 1e-6)
    let left = BlendMask(shape: .leftAndRight, share: 1, border: -0.1, softness: 0.1)
    #expect(left.weight(right: -1, down: 1) > 0.99 && left.weight(right: 1, down: 1) < 0.01)
    #expect(abs(left.weight(right: -0.1, down: 0.7) - 0.5) < 1e-6)
    let inner = BlendMask(shape: .innerAndOuter, share: 1, border: 1, softness: 0.1)
    #expect(inner.weight(right: 0, down: 0) > 0.99)
    for (right, down) in [(1.4, 0), (0, 1.5), (-1.4, 0), (0, -1.5)] as [(Float, Float)] {
      #expect(inner.weight(right: right, down: down) < 0.01)
    }
  }

  @Test func exchangedFacesHaveTheRestOfTheWeight() {
    for shape in BlendMask.Shape.allCases {
      let mask = BlendMask(shape: shape, share: 0.9, border: 0.1, softness: 0.3)
      var exchanged = mask
      exchanged.share = 1 - mask.share
      for step in -6...6 {
        let (right, down) = (Float(step) * 0.3, Float(step) * -0.2)
        #expect(abs(mask.weight(right: right, down: down) + exchanged.weight(right: right, down: down) - 1) < 1e-5)
      }
    }
  }

  @Test func drawnMasksKeepTheirLimits() {
    var shapes: Set<BlendMask.Shape> = []
    for seed in 0..<200 {
      var random = RandomSource(seed: UInt64(seed))
      let mask = BlendMask(random: &random)
      shapes.insert(mask.shape)
      for step in -8...8 {
        let weight = mask.weight(right: Float(step) * 0.25, down: Float(step) * -0.2)
        #expect((0...1).contains(weight))
      }
    }
    #expect(shapes.count == BlendMask.Shape.allCases.count)
  }

  @Test func aWholeShareOfOneFaceIsThatFace() {
    let (first, second) = (Self.noise(1), Self.noise(2))
    let all = BlendMask(shape: .whole, share: 1, border: 0, softness: 0.2)
    #expect(FaceBlend.blend(first, Self.frame, second, Self.frame, mask: all) == first)
    // The second face keeps its pattern and takes the first one's mean colour.
    let none = BlendMask(shape: .whole, share: 0, border: 0, softness: 0.2)
    let other = FaceBlend.blend(first, Self.frame, second, Self.frame, mask: none)
    for channel in 0..<3 {
      let differences = stride(from: channel, to: other.pixels.count, by: 3).map {
        Int(other.pixels[$0]) - Int(second.pixels[$0])
      }
      #expect(Set(differences).count <= 2, "one shift for all pixels: \(Set(differences))")
    }
  }

  /// A mark on the second face lands where the same point of the first face's frame is.
  @Test func framesAreBroughtTogether() {
    let black = Image(width: 32, height: 32, colour: .black)
    let other = FaceFrame(centre: Point(x: 14, y: 17), eyeMouthDistance: 5, roll: 0.6)
    let point = other.point(right: 0.9, down: 0.8)
    var marked = black
    for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
      marked[Int(point.x.rounded()) - 1 + x, Int(point.y.rounded()) - 1 + y] = .white
    }
    let mask = BlendMask(shape: .whole, share: 0, border: 0, softness: 0.2)
    let blend = FaceBlend.blend(black, Self.frame, marked, other, mask: mask)
    let expected = Self.frame.point(right: 0.9, down: 0.8)
    let bright = (0..<32 * 32).max { blend.pixels[3 * $0] < blend.pixels[3 * $1] } ?? 0
    #expect(abs(Double(bright % 32) + 0.5 - expected.x) < 2 && abs(Double(bright / 32) + 0.5 - expected.y) < 2)
  }

  @Test func partnersLookTheSameWay() throws {
    let frame = Self.frame
    // Noses from far left to far right.
    let landmarks = (0..<200).map { picture in
      Landmarks(
        rightEye: frame.point(right: -0.4, down: -0.5), leftEye: frame.point(right: 0.4, down: -0.5),
        nose: frame.point(right: Double((picture * 37) % 200) / 200 - 0.5, down: 0),
        rightMouth: frame.point(right: -0.35, down: 0.5), leftMouth: frame.point(right: 0.35, down: 0.5))
    }
    let pictures = (0..<200).filter { $0 % 5 != 0 }
    let partners = PosePartners(
      landmarks: landmarks, frames: [FaceFrame](repeating: frame, count: 200), pictures: pictures)
    var random = RandomSource(seed: 4)
    for picture in pictures {
      let partner = try #require(partners.partner(of: picture, candidates: 8, random: &random))
      #expect(partner != picture && partner % 5 != 0)
      let difference = landmarks[partner].nose.x - landmarks[picture].nose.x
      #expect(abs(difference) <= 0.11 * frame.eyeMouthDistance)
    }
    #expect(partners.partner(of: 0, candidates: 8, random: &random) == nil)
  }
}
