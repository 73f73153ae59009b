package import FaceNet

/// Everything that decides what a training run does, as one JSON file; together with the pictures it decides the
/// weights.
package struct Recipe: Codable, Hashable, Sendable {
  package struct Pictures: Codable, Hashable, Sendable {
    /// The folder of one sub-folder per identity, below the data folder.
    package var labelled: String
    /// Folders of pictures without labels; they join as random negatives and, with targets, as targets.
    package var unlabelled: [String]
    /// The side of the pictures as a multiple of the eye–mouth distance, where no landmarks are beside them.
    package var side: Double
    /// Pixels that a picture is kept with in memory.
    package var pixels: Int
    /// The share of the identities that is kept for validation.
    package var validationShare: Double
    /// What the files of target vectors are called: `<folder>.<targets>.f32`; `teacher` where it is not said.
    package var targets: String?
  }

  package struct Batch: Codable, Hashable, Sendable {
    /// Pictures in a batch; what the identities leave over is filled with random negatives.
    package var size: Int
    package var identities: Int
    /// At most so many faces of each.
    package var facesPerIdentity: Int
    /// Pictures that are in the network at once (`ChunkedPass`), for batches whose activations memory does not hold; the
    /// whole batch where it is not said.
    package var chunk: Int?
  }

  package struct Triplets: Codable, Hashable, Sendable {
    /// Where triplets are chosen from when it is not each step's own batch.
    package struct Offline: Codable, Hashable, Sendable {
      /// Steps between two choices; each takes the network as it then stands.
      package var every: Int
      /// Pictures of the subset, drawn as a batch is: with the batch's share of identities and as many faces of each.
      package var pictures: Int

      package init(every: Int, pictures: Int) { (self.every, self.pictures) = (every, pictures) }
    }

    /// α of Eq. 2.
    package var margin: Float
    package var selection: TripletSelection
    /// From this step on the hardest are chosen, whatever `selection` says; never where it is not said.
    package var hardestFrom: Int?
    /// The loss's factor, reached linearly over the first `phaseIn` steps.
    package var weight: Float
    package var phaseIn: Int
    /// Batches are then made of a third as many triplets; `batch.identities` says only what the subset is like.
    package var offline: Offline?
  }

  /// The verification loss of pairs, `ContrastiveLoss`.
  package struct Pairs: Codable, Hashable, Sendable {
    /// The distance, not squared, that different people are pushed to.
    package var margin: Float
    /// The loss's factor.
    package var weight: Float

    package init(margin: Float, weight: Float) { (self.margin, self.weight) = (margin, weight) }
  }

  package struct Optimisation: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable {
      case adaGrad, sgd, adam, adamW
    }

    /// How the learning rate goes on after the warm-up.
    package enum Schedule: String, Codable, Hashable, Sendable {
      /// As it is.
      case constant
      /// Along half a cosine to 0 at `steps`.
      case cosine
      /// Multiplied by `dropFactor` at each of `drops`.
      case steps
    }

    /// `adaGrad`, the paper's, where it is not said.
    package var kind: Kind
    /// The highest learning rate, reached after `warmUp` steps; the paper's 0.05 where it is not said for AdaGrad.
    package var learningRate: Float
    package var warmUp: Int
    package var steps: Int
    /// The factor of the weights that are added to their gradients, or for AdamW taken off beside the step. Biases and
    /// batch normalisation do not decay.
    package var weightDecay: Float
    /// Of SGD; 0.9 where it is not said.
    package var momentum: Float
    /// `cosine` where it is not said.
    package var schedule: Schedule
    /// Steps, rising; none where they are not said.
    package var drops: [Int]
    /// 0.1 where it is not said.
    package var dropFactor: Float

    enum CodingKeys: String, CodingKey {
      case kind, learningRate, warmUp, steps, weightDecay, momentum, schedule, drops, dropFactor
    }
  }

  package struct Augmentation: Codable, Hashable, Sendable {
    /// Whether half of the pictures are mirrored.
    package var mirror: Bool
    /// Largest shift in pixels of the input, either way on both axes.
    package var shift: Float
    /// Largest relative change of size, either way.
    package var scale: Float
    /// Largest rotation in degrees, either way.
    package var rotation: Float
    /// Changes of light and sharpness, in the place of the three that follow.
    package var light: Photometry?
    /// Largest relative change of contrast, either way; this and the next two are unused beside `light`.
    package var contrast: Float
    /// Largest change of brightness, either way, of 255.
    package var brightness: Float
    /// The share of pictures that are blurred.
    package var blur: Float
    /// The share of pictures of which a random rectangle is covered; none where it is not said.
    package var occlusion: Float?
  }

  package var name: String
  /// A name that `Architecture.named(_:)` knows.
  package var architecture: String
  /// The model's crop as a multiple of the eye–mouth distance.
  package var cropSide: Double
  /// How far above the frame's centre the crop's centre lies, in the same unit; 0 where it is not said.
  package var cropRaise: Double?
  /// `upright` for crops that the landmarks turn upright; `none` where it is not said.
  package var alignment: InputSpecification.Alignment?
  package var seed: UInt64
  package var pictures: Pictures
  package var batch: Batch
  package var triplets: Triplets
  /// None where it is not said.
  package var pairs: Pairs?
  /// The factor of the squared distance to the target vectors (`pictures.targets`); 0 for none.
  package var targetWeight: Float
  package var optimisation: Optimisation
  package var augmentation: Augmentation
  /// Teaches by a stream of views with the teacher's own vectors, instead of `batch`'s pictures with fixed targets; none
  /// where it is not said.
  package var teaching: Teaching?
  /// Steps between two looks at the validation identities.
  package var validateEvery: Int
  /// The name of the recipe whose network this one goes on from; random weights where it is not said.
  package var start: String?
}
