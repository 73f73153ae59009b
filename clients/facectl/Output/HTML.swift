import Foundation

/// Pages that hold their pictures themselves and fetch nothing.
enum HTML {
  static func page(title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>\(text(title))</title>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width">
    <style>
    body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; background: #fff }
    section { border-top: 1px solid #ccc; padding: 0.6em 0 }
    h2 { font-size: 1em; margin: 0.2em 0 }
    figure { display: inline-block; margin: 0.3em 1.2em 0.3em 0; vertical-align: top }
    img { width: 96px; height: 96px; margin-right: 3px; border-radius: 4px }
    .none { color: #777; margin-right: 1em }
    @media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b } section { border-color: #444 } }
    </style></head>
    <body><h1>\(text(title))</h1>
    \(body)
    </body></html>

    """
  }

  /// A text that no name can turn into markup.
  static func text(_ text: String) -> String {
    Printable.line(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// - Parameter jpeg: a picture's bytes.
  static func picture(_ jpeg: Data, _ description: String) -> String {
    "<img alt=\"\(text(description))\" src=\"data:image/jpeg;base64,\(jpeg.base64EncodedString())\">"
  }
}
