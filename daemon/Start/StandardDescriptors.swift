import Foundation

/// The three descriptors that a program is started with, or should be.
enum StandardDescriptors {
  /// Opens those that are closed: the store's next file would get the number, and then the log lines as well.
  static func secure() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = unsafe open("/dev/null", O_RDWR) }
  }
}
