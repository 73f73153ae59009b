import ArgumentParser
import FaceAPI

/// What to do with a photograph that shows several people.
struct SelectionOptions: ParsableArguments {
  @Flag(help: "Take every face of a photograph.") var allFaces = false
  @Flag(help: "Take the largest face of a photograph.") var largest = false

  func validate() throws {
    if allFaces && largest { throw ValidationError("--all-faces and --largest exclude each other") }
  }

  /// Nil where neither flag is given: each command has its own default.
  var selection: Faced_V1_FaceSelection? {
    if allFaces { return .all }
    return largest ? .largest : nil
  }
}
