internal import Foundation
internal import Glibc

/// The file that is written to, and where its chain stands.
struct AuditFile: ~Copyable {
  private let directory: String
  private let options: AuditLog.Options
  private var descriptor: Int32
  private var bytes: Int
  private var firstNumber: UInt64
  private var firstTime: Date
  private var number: UInt64
  private var previous: String

  private var path: String { directory + "/" + AuditFiles.current }

  /// Opens the log's current file, or begins it.
  /// - Throws: `AuditError`.
  static func open(directory: String, options: AuditLog.Options) throws -> AuditFile {
    guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST else {
      throw AuditError("cannot make the folder '\(directory)': \(reason)")
    }
    let last = try lastLine(in: directory)
    let path = directory + "/" + AuditFiles.current
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw AuditError("cannot open '\(path)': \(reason)") }
    var file = AuditFile(directory, options, descriptor, following: last)
    let wasCut = try file.removeCutLine()
    if let first = try firstLine(path) {
      file.firstNumber = first.number
      file.firstTime =
        (try? Date(first.time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? Date()
    }
    if wasCut {
      let event = AuditEvent(
        who: "faced", from: "", verb: "audit log recovered after a crash", status: "ok", request: "")
      try file.write([(event, Date())], lost: 0)
    }
    return file
  }

  private init(_ directory: String, _ options: AuditLog.Options, _ descriptor: Int32, following last: AuditLine?) {
    self.directory = directory
    self.options = options
    self.descriptor = descriptor
    (number, previous) = (last?.number ?? 0, last?.hash ?? AuditLine.beginning)
    (bytes, firstNumber, firstTime) = (0, (last?.number ?? 0) + 1, Date())
  }

  deinit { close(descriptor) }

  private static var reason: String { unsafe String(cString: strerror(errno)) }

  private static func firstLine(_ path: String) throws -> AuditLine? {
    var first: AuditLine?
    try AuditFiles.forEachLine(path) { line, _ in
      first = AuditLine(line)
      return false
    }
    return first
  }

  /// The last line that is whole and unchanged: what comes next follows on it.
  private static func lastLine(in directory: String) throws -> AuditLine? {
    for path in try AuditFiles.all(in: directory).reversed() {
      var last: AuditLine?
      try AuditFiles.forEachLine(path) { line, isWhole in
        if isWhole, let line = AuditLine(line) { last = line }
        return true
      }
      if let last { return last }
    }
    return nil
  }

  /// A crash may have left part of a line at the end.
  private mutating func removeCutLine() throws -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    var (end, byte) = (size, UInt8(0))
    while end > 0, unsafe pread(descriptor, &byte, 1, end - 1) == 1, byte != UInt8(ascii: "\n") { end -= 1 }
    bytes = Int(end)
    guard end < size else { return false }
    guard ftruncate(descriptor, end) == 0 else { throw AuditError("cannot repair '\(path)': \(Self.reason)") }
    return true
  }

  /// Writes all of the events and syncs, or takes back what it wrote.
  mutating func write(_ events: [(AuditEvent, Date)], lost: Int) throws {
    if bytes >= options.maximumFileBytes || (bytes > 0 && -firstTime.timeIntervalSinceNow > options.maximumFileAge) {
      try rotate()
    }
    var text = ""
    var (number, previous) = (number, previous)
    for (index, (event, time)) in events.enumerated() {
      var event = event
      if index == 0, lost > 0 { event.lost = lost }
      let line = try AuditLine(event, number: number + 1, time: time, previous: previous)
      (number, previous) = (line.number, line.hash)
      text += line.text + "\n"
    }
    let data = Array(text.utf8)
    var done = 0
    while done < data.count {
      let written = unsafe data.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let reason = Self.reason
        ftruncate(descriptor, off_t(bytes))
        throw AuditError("the audit log '\(path)' cannot be written: \(reason)")
      }
      done += written
    }
    guard fdatasync(descriptor) == 0 else {
      let reason = Self.reason
      ftruncate(descriptor, off_t(bytes))
      throw AuditError("the audit log '\(path)' cannot be synced: \(reason)")
    }
    if bytes == 0 { (firstNumber, firstTime) = (self.number + 1, events.first?.1 ?? Date()) }
    bytes += data.count
    (self.number, self.previous) = (number, previous)
  }

  /// Puts the file aside and begins the next, which goes on with the chain.
  private mutating func rotate() throws {
    let aside = directory + "/" + AuditFiles.rotated(firstNumber: firstNumber)
    guard unsafe rename(path, aside) == 0 else { throw AuditError("cannot put '\(path)' aside: \(Self.reason)") }
    let opened = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw AuditError("cannot open '\(path)': \(Self.reason)") }
    close(descriptor)
    (descriptor, bytes) = (opened, 0)
    let files = try AuditFiles.all(in: directory)
    for old in files.dropLast(max(1, options.maximumFiles)) { unsafe unlink(old) }
  }
}
