import Foundation

/// The three descriptors that a program is started with, or should be.
enum StandardDescriptors {
  /// Those that were closed when the program began.
  private static let closed: Set<Int32> = {
    let closed = (0...2).filter { fcntl($0, F_GETFD) < 0 }
    // The next file or socket to be opened would get the number, and then the answers as well.
    for _ in closed { _ = unsafe open("/dev/null", O_RDWR) }
    return Set(closed)
  }()

  /// To be called before anything is opened.
  static func secure() { _ = closed }

  static func wasClosed(_ descriptor: Int32) -> Bool { closed.contains(descriptor) }
}
