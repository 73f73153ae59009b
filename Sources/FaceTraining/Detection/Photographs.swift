internal import FaceNet

/// The photographs that a detector's recipe names, and which of them are kept from training.
package struct Photographs: Sendable {
  package struct Entry: Sendable {
    package var path: String
    package var faces: [SceneFace]
    package var isHard: Bool
    package var isKept: Bool
    /// Whether its whole set is kept: nothing like it was trained on.
    package var isOfOtherSource = false
  }

  package private(set) var scenes: [Entry] = []
  package private(set) var backgrounds: [Entry] = []

  package init(folder: String, recipe: DetectorRecipe) throws(TrainingError) {
    let plan = recipe.pictures
    let table = try SceneTable(path: "\(folder)/\(plan.scenes).faces.csv")
    for file in try Folder.pictures("\(folder)/\(plan.scenes)") {
      let isOther = plan.keptSets.contains { file.hasPrefix("\($0)/") }
      scenes.append(
        Entry(
          path: "\(folder)/\(plan.scenes)/\(file)", faces: table.faces[file] ?? [], isHard: false,
          isKept: isOther || HeldOut.contains(file, share: plan.validationShare), isOfOtherSource: isOther))
    }
    let path = "\(folder)/\(plan.backgrounds)"
    for file in try Folder.names(path) where file.hasSuffix(".jpg") || file.hasSuffix(".png") {
      backgrounds.append(
        Entry(
          path: "\(path)/\(file)", faces: [], isHard: false,
          isKept: HeldOut.contains(file, share: plan.validationShare)))
    }
    for file in try Folder.pictures(path) where file.hasPrefix("hard/") {
      backgrounds.append(
        Entry(
          path: "\(path)/\(file)", faces: [], isHard: true,
          isKept: HeldOut.contains(file, share: plan.validationShare)))
    }
  }
}
