import FaceDetection
import FaceNet
import FaceTraining
import FaceTypes
import Foundation
import Images
import SyntheticFaces
import Testing

/// What the shipped detector takes for faces and what is none, on drawn photographs.
@Suite struct LookalikeTests {
  private let detector: PyramidDetector
  private let photo: Image
  private let face: SceneFace

  init() throws {
    let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../daemon/Models")
    detector = try PyramidDetector(NetworkFile(path: models.appending(path: "detector.safetensors").path))
    var view = View()
    view.noise = 1
    photo = SyntheticFace(identity: 12).photograph(view, side: 256)
    let found = try #require(try detector.search(photo, threshold: 0).first)
    face = SceneFace(box: found.box, landmarks: found.landmarks)
  }

  private func places(floor: Float, faces: [SceneFace]) throws -> [(picture: Image, frame: FaceFrame)] {
    var plan = try AlignerRecipe(json: Array(AlignerTrainingTests.recipe.utf8)).others
    plan.floor = floor
    var places: [(Image, FaceFrame)] = []
    try Lookalikes(plan: plan, detector: detector).find(in: photo, faces: faces) { places.append(($0, $1)) }
    return places
  }

  /// The face itself is none of them where it stands upright, and is one where nobody said that it is a face.
  @Test func aFaceIsNotTakenForNone() throws {
    func showsTheFace(_ place: (picture: Image, frame: FaceFrame)) -> Bool {
      let (dx, dy) = (place.frame.centre.x - face.box.centre.x, place.frame.centre.y - face.box.centre.y)
      return place.picture == photo && hypot(dx, dy) < face.size / 4
    }
    #expect(try places(floor: -1, faces: []).contains(where: showsTheFace))
    #expect(try !places(floor: -6, faces: [face]).contains(where: showsTheFace))
  }

  /// Only the surest of each quarter turn.
  @Test func thereAreNotTooMany() throws {
    let many = try places(floor: -9, faces: [face])
    #expect(many.count > 4 && many.count <= 4 * 5)
    #expect(try places(floor: -9, faces: [face]).map(\.frame) == many.map(\.frame))
  }
}
