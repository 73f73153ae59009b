public import FaceNet

/// Everything that decides what a training run does, as one JSON file; together with the pictures it decides the
/// weights.
public struct Recipe: Codable, Hashable, Sendable {
  public struct Pictures: Codable, Hashable, Sendable {
    /// The folder of one sub-folder per identity, below the data folder.
    public var labelled: String
    /// Folders of pictures without labels; they join as random negatives and, with targets, as targets.
    public var unlabelled: [String]
    /// The side of the pictures as a multiple of the eye–mouth distance, where no landmarks are beside them.
    public var side: Double
    /// Pixels that a picture is kept with in memory.
    public var pixels: Int
    /// The share of the identities that is kept for validation.
    public var validationShare: Double
    /// What the files of target vectors are called: `<folder>.<targets>.f32`; `teacher` where it is not said.
    public var targets: String?
  }

  public struct Batch: Codable, Hashable, Sendable {
    /// Pictures in a batch; what the identities leave over is filled with random negatives.
    public var size: Int
    public var identities: Int
    /// At most so many faces of each.
    public var facesPerIdentity: Int
    /// Pictures that are in the network at once (`ChunkedPass`), for batches whose activations memory does not hold; the
    /// whole batch where it is not said.
    public var chunk: Int?
  }

  public struct Triplets: Codable, Hashable, Sendable {
    /// Where triplets are chosen from when it is not each step's own batch.
    public struct Offline: Codable, Hashable, Sendable {
      /// Steps between two choices; each takes the network as it then stands.
      public var every: Int
      /// Pictures of the subset, drawn as a batch is: with the batch's share of identities and as many faces of each.
      public var pictures: Int

      public init(every: Int, pictures: Int) { (self.every, self.pictures) = (every, pictures) }
    }

    /// α of Eq. 2.
    public var margin: Float
    public var selection: TripletSelection
    /// From this step on the hardest are chosen, whatever `selection` says; never where it is not said.
    public var hardestFrom: Int?
    /// The loss's factor, reached linearly over the first `phaseIn` steps.
    public var weight: Float
    public var phaseIn: Int
    /// Batches are then made of a third as many triplets; `batch.identities` says only what the subset is like.
    public var offline: Offline?
  }

  /// The verification loss of pairs, `ContrastiveLoss`.
  public struct Pairs: Codable, Hashable, Sendable {
    /// The distance, not squared, that different people are pushed to.
    public var margin: Float
    /// The loss's factor.
    public var weight: Float

    public init(margin: Float, weight: Float) { (self.margin, self.weight) = (margin, weight) }
  }

  public struct Optimisation: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable {
      case adaGrad, sgd, adam, adamW
    }

    /// How the learning rate goes on after the warm-up.
    public enum Schedule: String, Codable, Hashable, Sendable {
      /// As it is.
      case constant
      /// Along half a cosine to 0 at `steps`.
      case cosine
      /// Multiplied by `dropFactor` at each of `drops`.
      case steps
    }

    /// `adaGrad`, the paper's, where it is not said.
    public var kind: Kind
    /// The highest learning rate, reached after `warmUp` steps; the paper's 0.05 where it is not said for AdaGrad.
    public var learningRate: Float
    public var warmUp: Int
    public var steps: Int
    /// The factor of the weights that are added to their gradients, or for AdamW taken off beside the step. Biases and
    /// batch normalisation do not decay.
    public var weightDecay: Float
    /// Of SGD; 0.9 where it is not said.
    public var momentum: Float
    /// `cosine` where it is not said.
    public var schedule: Schedule
    /// Steps, rising; none where they are not said.
    public var drops: [Int]
    /// 0.1 where it is not said.
    public var dropFactor: Float

    enum CodingKeys: String, CodingKey {
      case kind, learningRate, warmUp, steps, weightDecay, momentum, schedule, drops, dropFactor
    }
  }

  public struct Augmentation: Codable, Hashable, Sendable {
    /// Whether half of the pictures are mirrored.
    public var mirror: Bool
    /// Largest shift in pixels of the input, either way on both axes.
    public var shift: Float
    /// Largest relative change of size, either way.
    public var scale: Float
    /// Largest rotation in degrees, either way.
    public var rotation: Float
    /// Changes of light and sharpness, in the place of the three that follow.
    public var light: Photometry?
    /// Largest relative change of contrast, either way; this and the next two are unused beside `light`.
    public var contrast: Float
    /// Largest change of brightness, either way, of 255.
    public var brightness: Float
    /// The share of pictures that are blurred.
    public var blur: Float
    /// The share of pictures of which a random rectangle is covered; none where it is not said.
    public var occlusion: Float?
  }

  public var name: String
  /// A name that `Architecture.named(_:)` knows.
  public var architecture: String
  /// The model's crop as a multiple of the eye–mouth distance.
  public var cropSide: Double
  /// How far above the frame's centre the crop's centre lies, in the same unit; 0 where it is not said.
  public var cropRaise: Double?
  /// `upright` for crops that the landmarks turn upright; `none` where it is not said.
  public var alignment: InputSpecification.Alignment?
  public var seed: UInt64
  public var pictures: Pictures
  public var batch: Batch
  public var triplets: Triplets
  /// None where it is not said.
  public var pairs: Pairs?
  /// The factor of the squared distance to the target vectors (`pictures.targets`); 0 for none.
  public var targetWeight: Float
  public var optimisation: Optimisation
  public var augmentation: Augmentation
  /// Teaches by a stream of views with the teacher's own vectors, instead of `batch`'s pictures with fixed targets; none
  /// where it is not said.
  public var teaching: Teaching?
  /// Steps between two looks at the validation identities.
  public var validateEvery: Int
  /// The name of the recipe whose network this one goes on from; random weights where it is not said.
  public var start: String?
}
