import Foundation
import Images

/// The file of a contact sheet, PNG or HTML: a new one, for its owner alone.
enum SheetFile {
  private static let side = 128

  /// Before anything is asked of the daemon.
  /// - Throws: where the file is there already.
  static func check(_ path: String?) throws(CommandFailure) {
    guard let path, FileStatus.exists(RawPath(path)) else { return }
    throw CommandFailure.usage("'\(path)' is there already, and --sheet replaces nothing; give a new file")
  }

  /// A small copy of a photograph, so that a folder of any size fits; nil where it is not an image.
  static func thumbnail(_ photo: Data) -> Image? {
    guard let image = try? ImageDecoder.decode([UInt8](photo)) else { return nil }
    let longest = max(image.width, image.height)
    return image.resized(
      width: max(1, image.width * side / longest), height: max(1, image.height * side / longest))
  }

  /// - Throws: where the file is there already or cannot be written.
  static func write(title: String, _ cells: [ContactSheet.Cell], to path: String) throws(CommandFailure) {
    guard let png = try? ContactSheet(title: title, cells: cells, pictureSide: side).render().encodePNG() else {
      throw failure("the contact sheet '\(path)' cannot be made")
    }
    try write(Data(png), to: path)
  }

  /// - Throws: where the file is there already or cannot be written.
  static func write(html: String, to path: String) throws(CommandFailure) { try write(Data(html.utf8), to: path) }

  private static func write(_ data: Data, to path: String) throws(CommandFailure) {
    // Pictures of people, and nothing of anybody's is replaced.
    let descriptor = open(RawPath(path).bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw failure("the contact sheet '\(path)' cannot be made: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: data)
    } catch {
      throw failure("the contact sheet '\(path)' cannot be written")
    }
  }

  private static func failure(_ message: String) -> CommandFailure {
    CommandFailure(code: "failedPrecondition", reason: "NOT_DRAWN", message: message)
  }
}
