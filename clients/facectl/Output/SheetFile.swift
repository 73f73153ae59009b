import FaceTypes
import Foundation
import Images
import Synchronization

/// The file of a sheet of pictures: a PNG, or a page for a browser where its name ends in `.html`. It is new, and for its
/// owner alone.
final class SheetFile: Sendable {
  private enum Kind {
    /// Drawn at the end.
    case png(title: String, cells: [ContactSheet.Cell])
    /// Written as the pictures come, so that a library of any size fits.
    case page(FileHandle, section: String?)
  }

  private let path: String
  private let state: Mutex<(kind: Kind, failed: Bool)>
  /// Pixels of a picture's longer side.
  let side: Int

  /// Before anything is asked of the daemon.
  /// - Throws: where the file is there already.
  static func check(_ path: String?) throws(CommandFailure) {
    guard let path, FileStatus.exists(RawPath(path)) else { return }
    throw CommandFailure.usage("'\(path)' exists already, and --sheet replaces nothing; choose a new file")
  }

  /// - Parameter pageSide: pixels of a picture's longer side on a page.
  /// - Throws: where the file is there already or cannot be made.
  init(_ path: String, title: String, pageSide: Int = 240) throws(CommandFailure) {
    self.path = path
    if path.lowercased().hasSuffix(".html") {
      side = pageSide
      let file = try Self.open(path)
      state = Mutex((.page(file, section: nil), false))
      put(SheetPage.head(title, side: side))
    } else {
      side = 128
      state = Mutex((.png(title: title, cells: []), false))
    }
  }

  /// A small copy of a photograph, so that a folder of any size fits; nil where it is not an image.
  static func thumbnail(_ photo: Data, side: Int = 128) -> Image? {
    guard let image = try? ImageDecoder.decode([UInt8](photo)) else { return nil }
    return image.fitted(side)
  }

  /// - Parameter section: what it stands under on a page; the same as before goes on.
  func add(_ cell: ContactSheet.Cell, section: String? = nil) {
    state.withLock { state in
      switch state.kind {
      case .png(let title, let cells): state.kind = .png(title: title, cells: cells + [cell])
      case .page(let file, let before):
        let heading = section == before ? "" : SheetPage.heading(section ?? "", isFirst: before == nil)
        guard let figure = SheetPage.figure(cell), (try? file.write(contentsOf: Data((heading + figure).utf8))) != nil
        else {
          state.failed = true
          return
        }
        state.kind = .page(file, section: section)
      }
    }
  }

  /// Ends the file.
  /// - Parameter summary: lines under the pictures of a page.
  /// - Throws: where the file is there already or could not be written.
  func finish(summary: [String] = []) throws(CommandFailure) {
    let (kind, failed) = state.withLock { $0 }
    guard !failed else { throw Self.failure("the sheet '\(path)' cannot be written") }
    switch kind {
    case .page:
      put(SheetPage.foot(summary))
      guard !state.withLock({ $0.failed }) else { throw Self.failure("the sheet '\(path)' cannot be written") }
    case .png(let title, let cells):
      let sheet = ContactSheet(title: title, cells: cells, pictureSide: side).render()
      let file = try Self.open(path)
      guard let png = try? sheet.encodePNG(), (try? file.write(contentsOf: Data(png))) != nil else {
        throw Self.failure("the contact sheet '\(path)' cannot be written")
      }
    }
  }

  private func put(_ text: String) {
    state.withLock { state in
      guard case .page(let file, _) = state.kind else { return }
      if (try? file.write(contentsOf: Data(text.utf8))) == nil { state.failed = true }
    }
  }

  private static func open(_ path: String) throws(CommandFailure) -> FileHandle {
    // Pictures of people, and nothing of anybody's is replaced.
    let descriptor = unsafe Foundation.open(RawPath(path).bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw failure("the contact sheet '\(path)' cannot be made: \(systemMessage(errno))")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func failure(_ message: String) -> CommandFailure {
    CommandFailure(code: "failedPrecondition", reason: "NOT_DRAWN", message: message)
  }
}

extension Image {
  /// A copy whose longer side has so many pixels.
  func fitted(_ side: Int) -> Image {
    let longest = max(width, height)
    return resized(width: max(1, width * side / longest), height: max(1, height * side / longest))
  }
}
