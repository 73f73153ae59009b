// Writes to a face store until it is killed, and says on standard output what the store has acknowledged; the crash
// tests hold it to that. It is also the other process that tests need when they ask who has a store open.
//
//   store-torture enroll DIR SEED     enrol, delete and rename without end; a line per acknowledged change; DIR may be the
//                                     address of a PostgreSQL database
//   store-torture full DIR            enrol until the disk is full, then with room again; a line per answer
//   store-torture open DIR            open and close; prints "opened", or the code of the error

import FaceStore
import FaceTypes

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One line, written at once, so that a reader sees it whole or not at all.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

/// The crop that belongs to a request: known from its number alone, so the test can check every byte.
func crop(_ number: Int) -> [UInt8] {
  var state = UInt64(number) &* 0x9e37_79b9_7f4a_7c15
  return (0..<(500 + number % 4000)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}

func open(_ directory: String) throws(StoreError) -> FaceStore {
  var options = StoreOptions()
  options.writeBufferBytes = 128 << 10
  if directory.hasPrefix("postgres:") { return try FaceStore(postgreSQL: directory, options: options) }
  return try FaceStore(directory: directory, options: options)
}

/// Moves a face to a person of its own, merges that one away, and takes all of it back, so that a face is with whom it
/// was enrolled or on its way: wherever the process dies, in one place.
func correct(_ store: FaceStore, _ g: GalleryID, _ enrolled: EnrolledFace, _ number: Int) async throws {
  say("moving \(enrolled.face.value)")
  let split = try await store.splitIdentity(
    g, enrolled.identity, [enrolled.face], as: try! DisplayName("moved \(number)"))
  let target = try await store.createIdentity(g, named: try! DisplayName("target \(number)"))
  let merge = try await store.mergeIdentities(g, split.owner, into: target.id)
  say("merged \(enrolled.face.value) \(target.id.value)")
  _ = try await store.undoChange(g, merge.change.number)
  _ = try await store.undoChange(g, split.change.number)
  say("back \(enrolled.face.value)")
}

func enrollWithoutEnd(_ directory: String, start: Int) async throws {
  let store = try open(directory)
  let (g, m) = (try GalleryID("torture"), try ModelID(hex: String(repeating: "a", count: 64)))
  if try store.gallery(g) == nil { try await store.createGallery(g) }
  try await store.putModel(m, label: "torture", embeddingSize: 16)
  try await store.switchActiveModel(to: m)
  say("ready")
  // Several at a time, so that groups of all sizes are cut off.
  await withTaskGroup(of: Void.self) { tasks in
    for worker in 0..<8 {
      tasks.addTask {
        var number = start + worker
        while true {
          let length = (0..<16).reduce(Float(0)) { $0 + Float(number * 16 + $1) * Float(number * 16 + $1) }.squareRoot()
          let values = (0..<16).map { Float(number * 16 + $0) / length }
          let enrolment = Enrolment(
            gallery: g, identity: .named(try! DisplayName("person \(number % 23)")), requestID: "request \(number)",
            crop: crop(number), source: "photo \(number)", box: Box(x: 0, y: 0, width: 1, height: 1), score: 1,
            embeddings: [(m, Embedding(unit: values))])
          do {
            let enrolled = try await store.enroll(enrolment)
            say("face \(number) \(enrolled.face.value) \(enrolled.identity.value)")
            if number % 5 == 0 {
              say("deleting \(enrolled.face.value)")
              try await store.deleteFace(g, enrolled.face)
              say("deleted \(enrolled.face.value)")
            } else if number % 7 == 0 {
              try await correct(store, g, enrolled, number)
            }
          } catch {
            say("error \(error)")
            exit(1)
          }
          number += 8
        }
      }
    }
  }
}

/// Sets the most bytes a file may have, which the store meets as a disk that is full.
func limitFiles(to bytes: rlim_t) {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  limit.rlim_cur = min(bytes, limit.rlim_max)
  setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}

func enrollUntilFull(_ directory: String) async throws {
  signal(SIGXFSZ, SIG_IGN)
  var options = StoreOptions()
  options.writeBufferBytes = 128 << 10
  options.recoveryMilliseconds = 20
  options.onWriteState = { say($0?.code.rawValue ?? "again") }
  let store = try FaceStore(directory: directory, options: options)
  let g = try GalleryID("torture")
  try await store.createGallery(g)
  func enroll(_ number: Int) async {
    let enrolment = Enrolment(
      gallery: g, identity: .named(try! DisplayName("A")), crop: crop(number), source: "photo \(number)",
      box: Box(x: 0, y: 0, width: 1, height: 1), score: 1, embeddings: [])
    do {
      say("face \(number) \(try await store.enroll(enrolment).face.value)")
    } catch {
      say("refused \(number) \(error.code.rawValue)")
    }
  }
  limitFiles(to: 30_000)
  for number in 0..<60 { await enroll(number) }
  limitFiles(to: .max)
  while store.writeRefusal != nil { usleep(5_000) }
  for number in 60..<70 { await enroll(number) }
  await store.close()
  say("end")
}

switch CommandLine.arguments.dropFirst().first {
case "full" where CommandLine.arguments.count == 3: try await enrollUntilFull(CommandLine.arguments[2])
case "enroll" where CommandLine.arguments.count == 4:
  try await enrollWithoutEnd(CommandLine.arguments[2], start: Int(CommandLine.arguments[3]) ?? 0)
case "open" where CommandLine.arguments.count == 3:
  do {
    await (try open(CommandLine.arguments[2])).close()
    say("opened")
  } catch {
    say(error.code.rawValue)
  }
default:
  say("usage: store-torture enroll DIR START | full DIR | open DIR")
  exit(2)
}
