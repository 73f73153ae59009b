import Foundation
import Images
import SyntheticFaces

/// People that nobody is: drawn from numbers, the same every time.
enum SyntheticPeople {
  private static let known = 24
  private static let enrolledEach = 5
  private static let askedEach = 3
  private static let strangers = 24
  private static let rehearsal = 48

  static func draw(into folder: URL) throws -> People {
    var people: [People.Person] = []
    for number in 0..<known {
      let name = "Person \(number + 1)"
      people.append(
        People.Person(
          name: name,
          enrolled: try draw(number, views: 0..<enrolledEach, to: folder.appendingPathComponent("enroll/\(name)")),
          asked: try draw(
            number, views: enrolledEach..<(enrolledEach + askedEach),
            to: folder.appendingPathComponent("ask/\(name)"))))
    }
    func single(_ count: Int, from first: Int, to name: String) throws -> [String] {
      try (0..<count).flatMap { number in
        try draw(first + number, views: 0..<1, to: folder.appendingPathComponent("\(name)/\(number + 1)"))
      }
    }
    return People(
      known: people, strangers: try single(strangers, from: known, to: "strangers"),
      rehearsal: try single(rehearsal, from: known + strangers, to: "rehearsal"))
  }

  /// Writes the person's pictures and returns their paths.
  private static func draw(_ person: Int, views: Range<Int>, to folder: URL) throws -> [String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let face = SyntheticFace(identity: UInt64(person))
    return try views.map { view in
      let picture = face.photograph(.snapshot(seed: UInt64(person * 1000 + view)))
      let file = folder.appendingPathComponent("\(view + 1).jpg")
      try Data(try picture.encodeJPEG()).write(to: file)
      return file.path
    }
  }
}
