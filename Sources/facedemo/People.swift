import Foundation

/// Whom the demonstration is about: some to enroll and ask about, some to be strangers.
struct People {
  struct Person {
    let name: String
    let enrolled: [String]
    let asked: [String]
  }

  let known: [Person]
  let strangers: [String]
  /// Pictures of strangers of whom nobody asks, to measure a threshold on; none where the models' own will do.
  var rehearsal: [String] = []

  struct TooFew: Error, CustomStringConvertible {
    let description: String
  }

  /// Splits a folder of one sub-folder for each person: of each, the last third of the pictures is asked about; the
  /// last fifth of the people stays out and is asked about as strangers.
  static func leavingSomeOut(of folder: String, into output: URL) throws -> People {
    let manager = FileManager.default
    var all: [(name: String, pictures: [URL])] = []
    guard let names = try? manager.contentsOfDirectory(atPath: folder) else {
      throw TooFew(description: "the folder '\(folder)' of --photos is missing or cannot be read")
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
      let files = (try? manager.contentsOfDirectory(atPath: url.path))?.sorted() ?? []
      let pictures = files.map { url.appendingPathComponent($0) }
        .filter { ["jpg", "jpeg", "png"].contains($0.pathExtension.lowercased()) }
      if pictures.count >= 2 { all.append((name, pictures)) }
    }
    guard all.count >= 2 else {
      throw TooFew(
        description:
          "'\(folder)' needs at least two sub-folders, one for each person, with two pictures or more in each")
    }
    let strangerCount = all.count >= 3 ? max(1, all.count / 5) : 0
    let known = try all.dropLast(strangerCount).map { person in
      let asked = max(1, person.pictures.count / 3)
      return Person(
        name: person.name,
        enrolled: try copy(person.pictures.dropLast(asked), to: output.appendingPathComponent("enroll/\(person.name)")),
        asked: person.pictures.suffix(asked).map(\.path))
    }
    return People(known: known, strangers: all.suffix(strangerCount).flatMap { $0.pictures.map(\.path) })
  }

  /// Links, so that the enrolment is one folder with one sub-folder for each person.
  private static func copy(_ pictures: ArraySlice<URL>, to folder: URL) throws -> [String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try pictures.map { picture in
      let link = folder.appendingPathComponent(picture.lastPathComponent)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: picture.absoluteURL)
      return link.path
    }
  }
}
