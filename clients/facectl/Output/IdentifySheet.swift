import Foundation
import Images

/// A contact sheet of what was asked and answered.
struct IdentifySheet {
  private var cells: [ContactSheet.Cell] = []

  mutating func add(_ photo: Data, _ output: IdentifyOutput) {
    guard let image = SheetFile.thumbnail(photo) else { return }
    let names = output.faces.map { $0.identity ?? "unknown" }
    let file = Printable.line(RawPath(output.file).lastComponent)
    cells.append(
      ContactSheet.Cell(
        image: image, captions: [file, names.isEmpty ? "no face" : "> " + names.joined(separator: ", ")],
        verdict: names.contains { $0 != "unknown" } ? .right : .plain))
  }

  /// - Throws: where the file is there already or cannot be written.
  func write(to path: String) throws(CommandFailure) {
    try SheetFile.write(title: "who is this?", cells, to: path)
  }
}
