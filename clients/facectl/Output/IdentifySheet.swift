import Foundation
import Images
import Synchronization

/// A sheet of what was asked and answered: each photograph with its faces framed and named.
final class IdentifySheet: Sendable {
  private struct Counts {
    var photographs = 0
    var faces = 0
    var unknown = 0
    /// Photographs that show each.
    var people: [String: Int] = [:]
  }

  private let file: SheetFile
  private let counts = Mutex(Counts())

  private static let known = Colour(24, 160, 70)
  private static let unknown = Colour(150, 150, 150)

  /// - Throws: where the file is there already or cannot be made.
  init(_ path: String, title: String) throws(CommandFailure) { file = try SheetFile(path, title: title) }

  /// A photograph that is not an image is left out.
  func add(_ photo: Data, _ output: IdentifyOutput) {
    guard let image = try? ImageDecoder.decode([UInt8](photo)) else { return }
    var drawn = image.fitted(file.side)
    let scale = Double(drawn.width) / Double(image.width)
    for face in output.faces.reversed() {
      let box = face.box.map { Int(min(max($0 * scale, -1e6), 1e6)) }
      drawn.outline(
        x: box[0], y: box[1], width: box[2], height: box[3], thickness: 2,
        colour: face.identity == nil ? Self.unknown : Self.known)
    }
    let names = output.faces.map { $0.identity ?? "unknown" }
    var captions = [Printable.line(RawPath(output.file).lastComponent)]
    captions.append(names.isEmpty ? "no face" : "> " + names.joined(separator: ", "))
    file.add(
      ContactSheet.Cell(
        image: drawn, captions: captions, verdict: names.contains { $0 != "unknown" } ? .right : .plain))
    counts.withLock { counts in
      counts.photographs += 1
      counts.faces += names.count
      counts.unknown += names.count { $0 == "unknown" }
      for name in Set(names) where name != "unknown" { counts.people[name, default: 0] += 1 }
    }
  }

  /// - Throws: where the file is there already or could not be written.
  func finish() throws(CommandFailure) {
    let counts = counts.withLock { $0 }
    var summary = [
      "\(counts.photographs) photographs, \(counts.faces) faces, \(counts.unknown) of them unknown"
    ]
    for (name, number) in counts.people.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      summary.append("\(name): \(number) photograph\(number == 1 ? "" : "s")")
    }
    try file.finish(summary: summary)
  }
}
