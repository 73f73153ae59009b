import Foundation
import Images

/// A contact sheet of what was enrolled, and of what was refused and why.
struct EnrollSheet: Sendable {
  /// What became of one photograph.
  enum Outcome: Sendable {
    /// Under this name, by this call or an earlier one.
    case enrolled(name: String, before: Bool)
    case refused(reason: String)
  }

  private var outcomes: [Int: Outcome] = [:]

  mutating func add(_ index: Int, _ outcome: Outcome) { outcomes[index] = outcome }

  /// Reads the photographs again, one at a time, so that only small copies are kept.
  /// - Throws: where the file is there already or cannot be written.
  func write(_ items: [WalkItem], limit: Int, to path: String) throws(CommandFailure) {
    let sheet = try SheetFile(path, title: "enrolled")
    for (index, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
      guard case .photograph(let photograph) = items[index],
        case .success(let bytes) = PhotographFile.read(photograph.path, limit: limit),
        let image = SheetFile.thumbnail(bytes, side: sheet.side)
      else { continue }
      let (caption, verdict): (String, ContactSheet.Verdict) =
        switch outcome {
        case .enrolled(let name, let before): ((before ? "= " : "+ ") + Printable.line(name), .right)
        case .refused(let reason): (reason, .wrong)
        }
      sheet.add(
        .init(image: image, captions: [Printable.line(photograph.path.lastComponent), caption], verdict: verdict))
    }
    try sheet.finish()
  }
}
