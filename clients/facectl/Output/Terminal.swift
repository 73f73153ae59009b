import FaceTypes
import Foundation

/// The one way out for everything that is printed: answers on standard output, everything else on standard error.
///
/// An answer that cannot be written ends the program: going on would lose answers and say that all is well.
enum Terminal {
  /// One object on a line of its own, as soon as it is known.
  static func printJSON(_ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(value) else {
      error("an answer cannot be written as JSON")
      Ending.exit(.failed)
    }
    answer(Printable.json(String(decoding: data, as: UTF8.self)))
  }

  /// One line of an answer.
  static func print(_ line: String) { answer(Printable.line(line)) }

  /// Several lines that the program itself wrote, such as its help.
  static func print(paragraph: String) {
    answer(paragraph.split(separator: "\n", omittingEmptySubsequences: false).map { Printable.line(String($0)) })
  }

  /// Rows under a header, each column as wide as its widest cell. On a terminal that is too narrow the widest column is cut.
  static func printTable(_ header: [String], _ rows: [[String]]) {
    let all = ([header] + rows).map { $0.map(Printable.line) }
    var widths = header.indices.map { column in all.map { Columns.count($0[column]) }.max() ?? 0 }
    if let available = width(of: STDOUT_FILENO) {
      let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - available
      if excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
        widths[widest] = max(8, widths[widest] - excess)
      }
    }
    answer(
      all.map { row in
        let cells = row.enumerated().map { column, cell in
          let fitted = Columns.fit(cell, to: widths[column])
          return column == row.count - 1 ? fitted : Columns.pad(fitted, to: widths[column])
        }
        return cells.joined(separator: "  ")
      })
  }

  /// What went wrong; further lines say what to do.
  static func error(_ text: String) {
    for (number, line) in text.split(separator: "\n").enumerated() {
      say((number == 0 ? "facectl: " : "") + Printable.line(String(line)) + "\n")
    }
  }

  static func note(_ text: String) { say(Printable.line(text) + "\n") }

  /// Leaves the cursor behind a question.
  static func ask(_ question: String) { say(Printable.line(question)) }

  /// Draws over the line that the cursor is on.
  static func redraw(_ text: String) {
    let available = width(of: STDERR_FILENO) ?? 80
    say("\r" + Columns.fit(Printable.line(text), to: available - 1) + "\u{1B}[K")
  }

  /// Ends the line that `redraw` drew.
  static func endRedraw() { say("\n") }

  static var standardErrorIsInteractive: Bool { isatty(STDERR_FILENO) == 1 }
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  private static func answer(_ line: String) { answer([line]) }

  private static func answer(_ lines: [String]) {
    let code = write(lines.joined(separator: "\n") + "\n", to: STDOUT_FILENO)
    guard code != 0 else { return }
    // Whoever read the answers has gone, and wants no more of them.
    if code == EPIPE { Ending.exit(.readerGone) }
    error("the answer cannot be written: \(systemMessage(code)); nothing more is printed")
    Ending.exit(.failed)
  }

  /// There is nobody left to tell where this fails.
  private static func say(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// - Returns: 0, or the `errno` of the write that failed.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    if StandardDescriptors.wasClosed(descriptor) { return EBADF }
    var text = text
    return text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let written = unsafe Foundation.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if written > 0 {
          done += written
        } else if written < 0, errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe poll(&waiting, 1, -1)
        } else if written == 0 || errno != EINTR {
          return written == 0 ? EIO : errno
        }
      }
      return 0
    }
  }

  /// Columns of a terminal; nil for a file or a pipe.
  private static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return max(20, Int(size.ws_col))
  }
}
