internal import FaceNet

/// Photographs with faces and without, and what of them is kept from training.
package struct PhotographFolders: Codable, Hashable, Sendable {
  /// A folder of photographs in sub-folders, its `.faces.csv` beside it.
  package var scenes: String
  /// A folder of photographs without a face, and of harder ones in its sub-folder `hard`.
  package var backgrounds: String
  /// The share of photographs, by name, that is kept from training.
  package var validationShare: Double
  /// Sub-folders of `scenes` that are kept as a whole: faces of other sources than those that are trained on.
  package var keptSets: [String]
}

/// The photographs that a recipe names, and which of them are kept from training.
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

  package init(folder: String, _ plan: PhotographFolders) throws(TrainingError) {
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
