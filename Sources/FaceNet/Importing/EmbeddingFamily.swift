/// What networks of a well-known kind expect of a picture. Their files do not say it.
public enum EmbeddingFamily: String, Sendable, Hashable, CaseIterable {
  /// InsightFace's networks (`w600k_r50`, `w600k_mbf`, …), ArcFace and MobileFaceNet.
  case arcface
  /// OpenCV's SFace.
  case sface
  /// AdaFace, exported from PyTorch.
  case adaface
  /// MagFace, exported from PyTorch.
  case magface
  /// facenet-pytorch's InceptionResnetV1, trained on VGGFace2 or CASIA-WebFace.
  case facenet
  /// OpenFace's nn4.small2.
  case openface

  /// What people call it.
  public var title: String {
    switch self {
    case .arcface: "ArcFace (InsightFace)"
    case .sface: "SFace (OpenCV)"
    case .adaface: "AdaFace"
    case .magface: "MagFace"
    case .facenet: "FaceNet (facenet-pytorch)"
    case .openface: "OpenFace"
    }
  }

  /// Pixels of the input's sides.
  public var side: Int {
    switch self {
    case .arcface, .sface, .adaface, .magface: 112
    case .facenet: 160
    case .openface: 96
    }
  }

  /// Parts of files' names by which it is known; `mobilefacenet` has to be looked for before `facenet`.
  private var words: [String] {
    switch self {
    case .arcface:
      ["arcface", "w600k", "glint360k", "buffalo", "antelope", "insightface", "mobilefacenet", "webface600k"]
    case .sface: ["sface"]
    case .adaface: ["adaface"]
    case .magface: ["magface"]
    case .facenet: ["facenet", "vggface2", "casia-webface", "inceptionresnet", "inception_resnet"]
    case .openface: ["openface", "nn4.small2", "nn4_small2"]
    }
  }

  /// - Parameter normalisesItself: whether the network subtracts a mean from bytes' values itself.
  public func input(normalisesItself: Bool) -> InputSpecification {
    let (order, mean, scale) = numbers
    let (cropSide, cropRaise, alignment) = crop
    return InputSpecification(
      height: side, width: side, channelOrder: order, mean: normalisesItself ? 0 : mean,
      scale: normalisesItself ? 1 : scale, cropSide: cropSide, cropRaise: cropRaise, alignment: alignment)
  }

  private var numbers: (order: String, mean: Float, scale: Float) {
    switch self {
    case .arcface: ("RGB", 127.5, 127.5)
    case .sface: ("RGB", 0, 1)
    case .adaface: ("BGR", 127.5, 127.5)
    case .magface: ("BGR", 0, 255)
    case .facenet: ("RGB", 127.5, 128)
    case .openface: ("RGB", 0, 255)
    }
  }

  /// Those of 112 pixels bring five points to the same places. OpenFace's template has the eyes at 0.163 and the mouth at 0.638
  /// of the side. facenet-pytorch cuts by MTCNN's boxes, which are higher than wide; the crop is a square as high as they are.
  private var crop: (side: Double, raise: Double, alignment: InputSpecification.Alignment) {
    switch self {
    case .arcface, .sface, .adaface, .magface: (2.75, 0.39, .upright)
    case .facenet: (2.8, 0.1, .none)
    case .openface: (2.1, -0.21, .upright)
    }
  }
}

extension EmbeddingFamily {
  /// What a network's file shows of it.
  public struct Traits: Sendable {
    /// The file's name without its ending.
    public var file: String
    /// Rows of the input picture, in pixels.
    public var height: Int
    /// Columns of the input picture, in pixels.
    public var width: Int
    /// Elements of an embedding.
    public var embeddingSize: Int
    /// Numbers of the outputs beside the embedding.
    public var otherOutputs: [Int]
    /// Names of its weights.
    public var weights: [String]
    /// Whether the network scales its pixels itself, so that it is given bytes as they are.
    public var normalisesItself: Bool

    /// What a file shows of itself.
    public init(
      file: String, height: Int, width: Int, embeddingSize: Int, otherOutputs: [Int] = [], weights: [String] = [],
      normalisesItself: Bool = false
    ) {
      (self.file, self.height, self.width) = (file, height, width)
      (self.embeddingSize, self.otherOutputs) = (embeddingSize, otherOutputs)
      (self.weights, self.normalisesItself) = (weights, normalisesItself)
    }
  }

  /// The family of a network and, in words, by what it is known; nil where it is none of these. A name that does not go with the
  /// input's size counts for nothing.
  public static func recognise(_ traits: Traits) -> (family: EmbeddingFamily, by: String)? {
    let candidates = allCases.filter { $0.side == traits.height && $0.side == traits.width }
    let name = traits.file.lowercased()
    for family in candidates {
      if let word = family.words.first(where: name.contains) { return (family, "its name has '\(word)' in it") }
    }
    let shape = "\(traits.width)×\(traits.height) pixels in and \(traits.embeddingSize) numbers out"
    switch traits.height {
    case _ where candidates.isEmpty: return nil
    case 112:
      if traits.otherOutputs == [1] { return (.adaface, "\(shape), and the embedding's length beside them") }
      if traits.weights.contains(where: { $0.hasPrefix("output_layer.") }) {
        return (.adaface, "the names of its weights")
      }
      if traits.weights.contains(where: { $0.hasPrefix("features.layer1.") || $0.hasPrefix("features.module.layer1.") })
      {
        return (.magface, "the names of its weights")
      }
      if traits.normalisesItself, traits.embeddingSize == 128 { return (.sface, "\(shape), of bytes as they are") }
      return (.arcface, shape)
    case 160: return [128, 512].contains(traits.embeddingSize) ? (.facenet, shape) : nil
    default: return traits.embeddingSize == 128 ? (.openface, shape) : nil
    }
  }
}
