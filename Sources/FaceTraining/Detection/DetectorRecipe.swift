/// Everything that decides what a detector's training does.
package struct DetectorRecipe: TaskRecipe, Hashable {
  package struct Pictures: Codable, Hashable, Sendable {
    /// A folder of photographs in sub-folders, its `.faces.csv` beside it.
    package var scenes: String
    /// A folder of photographs without a face, and of harder ones in its sub-folder `hard`.
    package var backgrounds: String
    /// Folders of squares about faces, each with its landmarks beside it, to paste into photographs.
    package var faces: [String]
    /// The squares' side in eye–mouth distances, and the pixels that they are kept with.
    package var side: Double
    package var pixels: Int
    /// Of the squares every so manieth is used.
    package var every: Int
    /// The share of photographs, by name, that is kept from training.
    package var validationShare: Double
    /// Sub-folders of `scenes` that are kept as a whole: faces of other sources than those that are trained on.
    package var keptSets: [String]

    package var photographs: PhotographFolders {
      PhotographFolders(
        scenes: scenes, backgrounds: backgrounds, validationShare: validationShare, keptSets: keptSets)
    }
  }

  /// How the crops that are trained on come about; the shares, with what is left over, are those of crops.
  package struct Crops: Codable, Hashable, Sendable {
    /// Pixels of a crop's side.
    package var pixels: Int
    /// About a face of a photograph, which gets a size that the network should find.
    package var faceShare: Double
    /// The same of a photograph or a square that is cut close about the face, often through brow and chin; beyond the
    /// cut its edge is repeated, or there is one colour or another picture.
    package var tightShare: Double
    /// A photograph with faces at any scale.
    package var sceneShare: Double
    /// A photograph, with or without faces, and the faces of squares pasted into the fields of a grid over it.
    package var pasteShare: Double
    /// Of these the share that shows a crowd, up to 36 faces instead of up to four.
    package var crowdShare: Double
    /// Of the rest, which has no face: the share taken from `hard`.
    package var hardShare: Double
    /// Largest turn in degrees, either way; and the standard deviation for the share of crops that are nearly upright.
    package var rotation: Float
    package var uprightRotation: Float
    package var uprightShare: Float
    /// A face is never enlarged by more.
    package var enlargement: Double
    package var harm: Harm
    package var light: Photometry
  }

  package struct Sizes: Codable, Hashable, Sendable {
    /// Faces of these sizes (the root of the box's area, in the crop's pixels) are to be found.
    package var smallest: Double
    package var largest: Double
    /// Those from here up to `smallest`, and beyond `largest` up to here, are left out of the loss.
    package var ignoredFrom: Double
    package var ignoredTo: Double
    /// So are faces below this size in their photograph, which nobody verified.
    package var unverified: Double
  }

  package var name: String
  package var seed: UInt64
  package var pictures: Pictures
  package var crops: Crops
  package var sizes: Sizes
  package var batch: Int
  /// The exponent of the focal loss.
  package var focus: Float
  /// The weight of box and landmarks against that of there being a face.
  package var placeWeight: Float
  package var optimisation: TaskSchedule

  package func check() throws(TrainingError) {
    try optimisation.check()
    try require([
      ((1...10).contains(pictures.side), "pictures.side must be 1 to 10"),
      ((16...512).contains(pictures.pixels), "pictures.pixels must be 16 to 512"),
      (pictures.every >= 1, "pictures.every must be at least 1"),
      (pictures.validationShare > 0 && pictures.validationShare < 0.5, "pictures.validationShare must be 0 to 0.5"),
      (
        (64...512).contains(crops.pixels) && crops.pixels % 32 == 0,
        "crops.pixels must be 64 to 512 and a multiple of 32"
      ),
      (
        [crops.faceShare, crops.tightShare, crops.sceneShare, crops.pasteShare, crops.crowdShare, crops.hardShare]
          .allSatisfy { (0...1).contains($0) }
          && crops.faceShare + crops.tightShare + crops.sceneShare + crops.pasteShare < 1,
        "the shares of crops must be 0 to 1 and leave something over"
      ),
      ((0...180).contains(crops.rotation), "crops.rotation must be 0 to 180"),
      (crops.enlargement >= 1, "crops.enlargement must be at least 1"),
      (crops.light.isSound, "crops.light leaves its ranges"),
      (crops.harm.isSound, "crops.harm must have shares of 0 to 1, and blurs of 1 to 16"),
      (
        0 <= sizes.ignoredFrom && sizes.ignoredFrom <= sizes.smallest && sizes.smallest < sizes.largest
          && sizes.largest <= sizes.ignoredTo,
        "sizes must rise from ignoredFrom to smallest, largest and ignoredTo"
      ),
      ((2...1024).contains(batch), "batch must be 2 to 1024"),
      ((0...5).contains(focus), "focus must be 0 to 5"),
      (placeWeight > 0, "placeWeight must be above 0"),
    ])
  }
}
