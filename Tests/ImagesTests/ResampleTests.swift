import Foundation
import Images
import TestNumbers
import Testing

/// The documented rule, sample by sample in double precision: the mean of n × n bilinear samples per pixel.
private func plainCrop(
  _ image: Image, centreX: Double, centreY: Double, side: Double, rotation: Double, pixels: Int
) -> Image {
  let samples = min(64, max(1, Int((side / Double(pixels)).rounded(.up))))
  func value(_ x: Int, _ y: Int, _ channel: Int) -> Double {
    let index = min(max(y, 0), image.height - 1) * image.width + min(max(x, 0), image.width - 1)
    return Double(image.pixels[3 * index + channel])
  }
  var output: [UInt8] = []
  for y in 0..<pixels {
    for x in 0..<pixels {
      var sums = [0.0, 0.0, 0.0]
      for row in 0..<samples {
        for column in 0..<samples {
          let a = ((Double(x) + (Double(column) + 0.5) / Double(samples)) / Double(pixels) - 0.5) * side
          let b = ((Double(y) + (Double(row) + 0.5) / Double(samples)) / Double(pixels) - 0.5) * side
          let u = centreX + cos(rotation) * a - sin(rotation) * b - 0.5
          let v = centreY + sin(rotation) * a + cos(rotation) * b - 0.5
          let (left, top) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
          let (fx, fy) = (u - Double(left), v - Double(top))
          for channel in 0..<3 {
            sums[channel] +=
              (value(left, top, channel) * (1 - fx) + value(left + 1, top, channel) * fx) * (1 - fy)
              + (value(left, top + 1, channel) * (1 - fx) + value(left + 1, top + 1, channel) * fx) * fy
          }
        }
      }
      output += sums.map { UInt8($0 / Double(samples * samples) + 0.5) }
    }
  }
  return Image(width: pixels, height: pixels, pixels: output)
}

@Suite struct ResampleTests {
  @Test(arguments: [1, 7, 8, 15, 31, 127], [0.0, 0.2, -1.9])
  func cropMatchesItsPlainTwin(pixels: Int, rotation: Double) {
    var generator = SeededGenerator(seed: UInt64(pixels))
    for (width, height) in [(1, 1), (7, 31), (64, 48)] {
      let image = noise(width: width, height: height, seed: 9)
      for _ in 0..<4 {
        let x = Double.random(in: -10...Double(width + 10), using: &generator)
        let y = Double.random(in: -10...Double(height + 10), using: &generator)
        let side = Double.random(in: 1...150, using: &generator)
        let crop = image.crop(centreX: x, centreY: y, side: side, rotation: rotation, pixels: pixels)
        let twin = plainCrop(image, centreX: x, centreY: y, side: side, rotation: rotation, pixels: pixels)
        #expect(largestDifference(crop, twin) <= 1, "\(width)×\(height) at \(x), \(y), side \(side)")
      }
    }
  }

  @Test(arguments: [(2, 2), (2, 30), (64, 48), (126, 62)])
  func halvingTakesTheMeanOfFour(width: Int, height: Int) {
    let image = noise(width: width, height: height, seed: 11)
    let half = image.resized(width: width / 2, height: height / 2)
    #expect(half.width == width / 2 && half.height == height / 2)
    func value(_ x: Int, _ y: Int, _ channel: Int) -> Int { Int(image.pixels[3 * (y * width + x) + channel]) }
    for y in 0..<height / 2 {
      for x in 0..<width / 2 {
        for channel in 0..<3 {
          let upper: Int = value(2 * x, 2 * y, channel) + value(2 * x + 1, 2 * y, channel)
          let lower: Int = value(2 * x, 2 * y + 1, channel) + value(2 * x + 1, 2 * y + 1, channel)
          let found = Int(half.pixels[3 * (y * half.width + x) + channel])
          #expect(found == (upper + lower + 2) / 4)
        }
      }
    }
  }

  @Test func cropAtOwnScaleCopies() {
    let image = noise(width: 40, height: 30, seed: 10)
    let crop = image.crop(centreX: 20, centreY: 15, side: 10, pixels: 10)
    for y in 0..<10 { for x in 0..<10 { #expect(crop[x, y] == image[x + 15, y + 10]) } }
  }

  @Test func aQuarterTurnTurnsClockwise() {
    let image = noise(width: 12, height: 12, seed: 11)
    // The crop's x axis points down in the picture, its y axis to the left.
    let crop = image.crop(centreX: 6, centreY: 6, side: 12, rotation: .pi / 2, pixels: 12)
    var expected = image
    for y in 0..<12 { for x in 0..<12 { expected[x, y] = image[11 - y, x] } }
    #expect(largestDifference(crop, expected) <= 1)
  }

  @Test func farOutsideTheEdgeIsRepeated() {
    var image = noise(width: 9, height: 9, seed: 12)
    image[8, 8] = Colour(1, 2, 3)
    for rotation in [0, 0.4] {
      let crop = image.crop(centreX: 1e7, centreY: 1e7, side: 50, rotation: rotation, pixels: 5)
      #expect(crop == Image(width: 5, height: 5, colour: Colour(1, 2, 3)))
    }
  }

  @Test func shrinkingAveragesWhatPlainSamplingWouldMiss() {
    // One-pixel stripes: samples at the pixel centres alone would give black or white.
    var image = Image(width: 64, height: 64, colour: .black)
    for x in stride(from: 0, to: 64, by: 2) { image.fill(x: x, y: 0, width: 1, height: 64, colour: .white) }
    for rotation in [0, 0.01] {
      let crop = image.crop(centreX: 32, centreY: 32, side: 48, rotation: rotation, pixels: 6)
      for value in crop.pixels { #expect((118...138).contains(value)) }
    }
  }

  @Test(arguments: [1, 7, 8, 15, 31, 127])
  func resizingKeepsFlatColourAndMean(side: Int) {
    let flat = Image(width: 33, height: 57, colour: Colour(12, 200, 99))
    #expect(flat.resized(width: side, height: 3) == Image(width: side, height: 3, colour: Colour(12, 200, 99)))
    let image = waves(width: 60, height: 44)
    let small = image.resized(width: side, height: side)
    let mean = { (image: Image) in Double(image.pixels.reduce(0) { $0 + Int($1) }) / Double(image.pixels.count) }
    #expect(abs(mean(small) - mean(image)) < 1.5)
  }

  @Test func resizingToTheSameSizeChangesNothing() {
    let image = noise(width: 21, height: 13, seed: 13)
    #expect(image.resized(width: 21, height: 13) == image)
  }

  @Test func extremeShapesResize() {
    let line = waves(width: 5000, height: 1)
    let small = line.resized(width: 3, height: 7)
    #expect(small.width == 3 && small.height == 7)
    #expect(small[0, 0].red < small[1, 0].red && small[1, 0].red < small[2, 0].red)
    let wide = noise(width: 1, height: 1, seed: 14).resized(width: 300, height: 2)
    #expect(Set((0..<300).map { wide[$0, 1] }).count == 1)
  }

  @Test func grayscaleIsLuma() {
    let image = Image(width: 4, height: 1, pixels: [255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0])
    #expect(image.grayscale() == [255, 0, 77, 149])
  }
}
