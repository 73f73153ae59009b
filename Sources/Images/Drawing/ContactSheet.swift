/// A grid of small pictures with captions and coloured frames, to see at a glance what was asked and answered.
public struct ContactSheet: Sendable {
  /// What a picture's frame says.
  public enum Verdict: Hashable, Sendable {
    case plain
    /// Green.
    case right
    /// Red.
    case wrong

    var colour: Colour {
      switch self {
      case .plain: Colour(150, 150, 150)
      case .right: Colour(24, 160, 70)
      case .wrong: Colour(210, 40, 40)
      }
    }
  }

  /// One picture; each caption is one line, cut off where the cell ends.
  public struct Cell: Sendable {
    /// Any size; it is fitted into the cell.
    public var image: Image
    /// One line each, below the picture.
    public var captions: [String]
    /// The colour of the frame.
    public var verdict: Verdict

    /// A cell with a grey frame unless a verdict is given.
    public init(image: Image, captions: [String], verdict: Verdict = .plain) {
      self.image = image
      self.captions = captions
      self.verdict = verdict
    }
  }

  /// Above the grid; empty leaves no room for it.
  public var title: String
  /// Row by row from the upper left.
  public var cells: [Cell]
  /// Pictures in a row, at least 1.
  public var columns: Int
  /// Width and height of a picture on the sheet, in pixels; others are fitted in without distortion.
  public var pictureSide: Int

  /// `render()` says which numbers it takes.
  public init(title: String, cells: [Cell], columns: Int = 8, pictureSide: Int = 128) {
    self.title = title
    self.cells = cells
    self.columns = columns
    self.pictureSide = pictureSide
  }

  private static let margin = 8
  private static let frame = 4
  private static let lineHeight = 11

  /// The whole sheet. Its size follows from the number of cells; captions of the longest cell set the row height.
  ///
  /// - Precondition: `columns` is positive and `pictureSide` is 16 to 1024.
  public func render() -> Image {
    precondition(columns > 0 && (16...1024).contains(pictureSide), "a sheet has columns and pictures of 16 to 1024")
    let lines = cells.map(\.captions.count).max() ?? 0
    let cellWidth = pictureSide + 2 * Self.frame + Self.margin
    let cellHeight = pictureSide + 2 * Self.frame + lines * Self.lineHeight + Self.margin
    let top = title.isEmpty ? Self.margin : Self.margin + 24
    let usedColumns = max(1, min(columns, cells.count))
    let rows = (cells.count + columns - 1) / columns
    let width = max(usedColumns * cellWidth, Image.textSize(title, scale: 2).width + Self.margin) + Self.margin
    var sheet = Image(width: width, height: top + rows * cellHeight, colour: .white)
    sheet.draw(title, x: Self.margin, y: Self.margin, scale: 2, colour: .black)
    for (index, cell) in cells.enumerated() {
      let x = Self.margin + index % columns * cellWidth
      let y = top + index / columns * cellHeight
      draw(cell, x: x, y: y, on: &sheet)
    }
    return sheet
  }

  private func draw(_ cell: Cell, x: Int, y: Int, on sheet: inout Image) {
    let framed = pictureSide + 2 * Self.frame
    sheet.fill(x: x, y: y, width: framed, height: framed, colour: cell.verdict.colour)
    let longest = max(cell.image.width, cell.image.height)
    let fitted = cell.image.resized(
      width: max(1, cell.image.width * pictureSide / longest), height: max(1, cell.image.height * pictureSide / longest)
    )
    sheet.blit(fitted, x: x + (framed - fitted.width) / 2, y: y + (framed - fitted.height) / 2)
    let characters = (framed + 1) / BitmapFont.advance
    for (line, caption) in cell.captions.enumerated() {
      sheet.draw(
        String(caption.prefix(characters)), x: x, y: y + framed + 3 + line * Self.lineHeight,
        colour: cell.verdict == .wrong ? cell.verdict.colour : .black)
    }
  }
}
