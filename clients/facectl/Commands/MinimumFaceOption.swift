import ArgumentParser
import FaceAPI
import FaceTypes
import SwiftProtobuf

/// The smallest face that photographs are searched for.
struct MinimumFaceOption: ParsableArguments {
  @Option(
    help: """
      The smallest face that is looked for: pixels, or a share of the photograph's longer side as 5%; the daemon's own \
      otherwise.
      """)
  var minimumFace: String?

  func validate() throws {
    guard let minimumFace, MinimumFace(minimumFace) == nil else { return }
    throw ValidationError("--minimum-face is a number of pixels, or a share of the longer side as 5%")
  }

  /// Nil where none was given.
  var message: Faced_V1_MinimumFace? {
    switch minimumFace.flatMap({ MinimumFace($0) }) {
    case .pixels(let pixels): .with { $0.pixels = Int32(pixels) }
    case .share(let share): .with { $0.share = share }
    case nil: nil
    }
  }
}
