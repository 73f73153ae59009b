import Images
import Testing

@Suite struct DrawingTests {
  private let red = Colour(200, 0, 0)

  @Test func fillIsClipped() {
    var image = Image(width: 4, height: 3, colour: .white)
    image.fill(x: -5, y: 1, width: 7, height: 100, colour: red)
    for y in 0..<3 { for x in 0..<4 { #expect(image[x, y] == (x < 2 && y >= 1 ? red : .white)) } }
    let before = image
    image.fill(x: 10, y: 0, width: 5, height: 5, colour: .black)
    image.fill(x: 0, y: 0, width: -3, height: 5, colour: .black)
    image.fill(x: Int.max, y: Int.min, width: Int.max, height: Int.max, colour: .black)
    #expect(image == before)
  }

  @Test func outlineLeavesTheInside() {
    var image = Image(width: 7, height: 7, colour: .white)
    image.outline(x: 1, y: 1, width: 5, height: 5, thickness: 1, colour: red)
    let drawn = (0..<49).filter { image[$0 % 7, $0 / 7] == red }.count
    #expect(drawn == 16 && image[3, 3] == .white && image[0, 0] == .white && image[5, 5] == red)
  }

  @Test(arguments: [(0, 0), (-2, -1), (3, 2), (-50, 0), (5, 50)])
  func blitMatchesPixelByPixel(x: Int, y: Int) {
    let base = noise(width: 6, height: 5, seed: 15)
    let patch = noise(width: 4, height: 3, seed: 16)
    var image = base
    image.blit(patch, x: x, y: y)
    for row in 0..<5 {
      for column in 0..<6 {
        let inside = (0..<4).contains(column - x) && (0..<3).contains(row - y)
        #expect(image[column, row] == (inside ? patch[column - x, row - y] : base[column, row]))
      }
    }
  }

  @Test func everyPrintableCharacterIsDrawnAndDiffers() {
    let characters = (0x20...0x7E).map { String(UnicodeScalar($0)!) } + ["é"]
    var seen: Set<Image> = []
    for character in characters {
      var image = Image(width: 6, height: 8, colour: .white)
      image.draw(character, x: 0, y: 0, colour: .black)
      seen.insert(image)
    }
    #expect(seen.count == characters.count)
  }

  @Test func textScalesAndStaysWithinItsSize() {
    let size = Image.textSize("Ag", scale: 3)
    #expect(size.width == 33 && size.height == 24)
    var image = Image(width: 60, height: 40, colour: .white)
    image.draw("Ag", x: 5, y: 4, scale: 3, colour: .black)
    let black = (0..<2400).filter { image[$0 % 60, $0 / 60] == .black }
    #expect(black.count % 9 == 0 && !black.isEmpty)
    #expect(black.allSatisfy { (5..<38).contains($0 % 60) && (4..<28).contains($0 / 60) })
    #expect(Image.textSize("").width == 0)
  }

  @Test func contactSheetHoldsEveryPictureInItsFrame() {
    let colours = (0..<5).map { Colour(UInt8(40 * $0), 7, 9) }
    let verdicts: [ContactSheet.Verdict] = [.right, .wrong, .plain, .right, .wrong]
    let cells = zip(colours, verdicts).map { colour, verdict in
      ContactSheet.Cell(image: Image(width: 50, height: 50, colour: colour), captions: ["a", "b"], verdict: verdict)
    }
    let sheet = ContactSheet(title: "five", cells: cells, columns: 3, pictureSide: 32).render()
    var counts: [Colour: Int] = [:]
    for y in 0..<sheet.height { for x in 0..<sheet.width { counts[sheet[x, y], default: 0] += 1 } }
    for colour in colours { #expect(counts[colour] == 32 * 32) }
    #expect(counts[Colour(24, 160, 70)] == 2 * (40 * 40 - 32 * 32))
    #expect((counts[Colour(210, 40, 40)] ?? 0) >= 2 * (40 * 40 - 32 * 32))
    #expect(sheet.width >= 3 * 48)
  }

  @Test func anEmptySheetIsAPicture() {
    let sheet = ContactSheet(title: "", cells: []).render()
    #expect(sheet.width > 0 && sheet.height > 0)
  }
}
