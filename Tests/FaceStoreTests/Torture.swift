import FaceTypes
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `store-torture`, run as a process of its own.
struct Torture {
  let pid: pid_t
  private let output: UnsafeMutablePointer<FILE>

  /// It is built beside the tests' own executable.
  static var path: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/store-torture"
  }

  init(_ arguments: String...) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = ([Self.path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, Self.path, &actions, nil, &words, environ)
    close(ends[1])
    try #require(failure == 0, "store-torture must be built beside the tests: \(String(cString: strerror(failure)))")
    self.pid = pid
    output = fdopen(ends[0], "r")
  }

  /// The next whole line it printed; nil when it is gone and all was read.
  func line() -> String? {
    var (text, capacity) = (UnsafeMutablePointer<CChar>?.none, 0)
    defer { free(text) }
    let count = getline(&text, &capacity, output)
    guard count > 0, let text, text[count - 1] == CChar(UInt8(ascii: "\n")) else { return nil }
    text[count - 1] = 0
    return String(cString: text)
  }

  func killNow() { _ = kill(pid, SIGKILL) }

  /// Waits for its end and gives back what the system keeps of it.
  func end() {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    fclose(output)
  }
}

/// The crop that `store-torture` enrols under a number.
func tortureCrop(_ number: Int) -> [UInt8] {
  var state = UInt64(number) &* 0x9e37_79b9_7f4a_7c15
  return (0..<(500 + number % 4000)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}
