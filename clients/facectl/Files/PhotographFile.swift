import FaceTypes
import Foundation

/// Reads a photograph's bytes, and never more of them than the daemon takes, whatever the path leads to.
enum PhotographFile {
  static func read(_ path: RawPath, limit: Int) -> Result<Data, Refusal> {
    // Not to wait for somebody to write into a pipe that nobody writes into.
    let descriptor = unsafe open(path.bytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      return .failure(errno == ENOENT ? .notFound : .unreadable("file", errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return .failure(.unreadable("file", errno)) }
    if status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit { return .failure(.tooLarge(limit)) }
    _ = fcntl(descriptor, F_SETFL, O_RDONLY)

    var data = Data()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Foundation.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failure(.unreadable("file", errno)) }
      guard count > 0 else { break }
      if data.isEmpty, !PictureSignature.matches(chunk[..<count]) { return .failure(.notAnImage) }
      data.append(contentsOf: chunk[..<count])
      guard data.count <= limit else { return .failure(.tooLarge(limit)) }
    }
    return data.isEmpty
      ? .failure(Refusal(reason: Reason.notAnImage.rawValue, message: "the file is empty")) : .success(data)
  }
}

/// The first bytes of picture files of all kinds. Which of them can be decoded is the daemon's to say; this only spares
/// it the films and texts that lie beside them.
enum PictureSignature {
  static func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    let first = Array(bytes.prefix(16))
    func begins(_ signature: [UInt8], at offset: Int = 0) -> Bool { first.dropFirst(offset).starts(with: signature) }
    let starts: [[UInt8]] = [
      [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47], Array("GIF8".utf8), Array("BM".utf8), Array("II*\0".utf8),
      Array("MM\0*".utf8), Array("II+\0".utf8), Array("MM\0+".utf8), [0xFF, 0x0A],
      [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20],
      [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20], Array("P5".utf8), Array("P6".utf8), Array("8BPS".utf8), Array("qoif".utf8),
    ]
    if starts.contains(where: { begins($0) }) { return true }
    if begins(Array("RIFF".utf8)) { return begins(Array("WEBP".utf8), at: 8) }
    let brands = ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis"].map { Array($0.utf8) }
    return begins(Array("ftyp".utf8), at: 4) && brands.contains { begins($0, at: 8) }
  }
}
