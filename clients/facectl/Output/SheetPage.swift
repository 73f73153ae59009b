import Foundation
import Images

/// The parts of a sheet as a page: everything is in the one file, and nothing is loaded from elsewhere.
enum SheetPage {
  /// - Parameter side: pixels of a picture's longer side.
  static func head(_ title: String, side: Int) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <style>
    body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; background: Canvas; color: CanvasText; color-scheme: light dark }
    section { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start }
    h2 { width: 100%; font-size: 1.1em; margin: 1.2em 0 0 }
    figure { margin: 0; width: \(side + 8)px; overflow-wrap: anywhere; font-size: 0.85em }
    img { border: 4px solid #969696; max-width: \(side)px; display: block }
    .right img { border-color: #18a046 }
    .wrong img { border-color: #d22828 }
    </style></head><body><h1>\(escaped(title))</h1><section>

    """
  }

  static func heading(_ text: String, isFirst: Bool) -> String {
    (isFirst ? "" : "</section><section>\n") + (text.isEmpty ? "" : "<h2>\(escaped(text))</h2>\n")
  }

  /// Nil where the picture cannot be encoded.
  static func figure(_ cell: ContactSheet.Cell) -> String? {
    guard let jpeg = try? cell.image.encodeJPEG(quality: 82) else { return nil }
    let verdict =
      switch cell.verdict {
      case .plain: "plain"
      case .right: "right"
      case .wrong: "wrong"
      }
    let captions = cell.captions.map(escaped).joined(separator: "<br>")
    return "<figure class=\"\(verdict)\"><img alt=\"\" src=\"data:image/jpeg;base64,"
      + "\(Data(jpeg).base64EncodedString())\"><figcaption>\(captions)</figcaption></figure>\n"
  }

  static func foot(_ summary: [String]) -> String {
    let lines = summary.map { "<p>\(escaped($0))</p>\n" }.joined()
    return "</section>\n\(lines)</body></html>\n"
  }

  /// Names and paths come from other people.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in Printable.line(text) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
