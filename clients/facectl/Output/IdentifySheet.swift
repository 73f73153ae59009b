import Foundation
import Images

/// A contact sheet of what was asked and answered.
struct IdentifySheet {
  private static let side = 128
  private var cells: [ContactSheet.Cell] = []

  /// Keeps a small copy alone, so that a folder of any size fits.
  mutating func add(_ photo: Data, _ output: IdentifyOutput) {
    guard let image = try? ImageDecoder.decode([UInt8](photo)) else { return }
    let longest = max(image.width, image.height)
    let small = image.resized(
      width: max(1, image.width * Self.side / longest), height: max(1, image.height * Self.side / longest))
    let names = output.faces.map { $0.identity ?? "unknown" }
    let file = Printable.line(RawPath(output.file).lastComponent)
    cells.append(
      ContactSheet.Cell(
        image: small, captions: [file, names.isEmpty ? "no face" : "> " + names.joined(separator: ", ")],
        verdict: names.contains { $0 != "unknown" } ? .right : .plain))
  }

  /// - Throws: where the file is there already or cannot be written.
  func write(to path: String) throws(CommandFailure) {
    let sheet = ContactSheet(title: "who is this?", cells: cells, pictureSide: Self.side).render()
    // A new file, for its owner alone: pictures of people, and nothing of anybody's is replaced.
    let descriptor = open(RawPath(path).bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, let png = try? sheet.encodePNG() else {
      throw CommandFailure(
        code: "failedPrecondition", reason: "NOT_DRAWN",
        message: "the contact sheet '\(path)' cannot be made: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(png))
    } catch {
      throw CommandFailure(
        code: "failedPrecondition", reason: "NOT_DRAWN", message: "the contact sheet '\(path)' cannot be written")
    }
  }
}
