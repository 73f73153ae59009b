/// What networks of a well-known kind expect of a picture. Their files do not say it.
///
/// All of these take 112 × 112 pixels of a face that a similarity brings to the same five points.
public enum EmbeddingFamily: String, Sendable, Hashable, CaseIterable {
  /// InsightFace's networks (`w600k_r50`, `w600k_mbf`, …), ArcFace and MobileFaceNet.
  case arcface
  /// OpenCV's SFace.
  case sface
  /// AdaFace, exported from PyTorch.
  case adaface
  /// MagFace, exported from PyTorch.
  case magface

  /// The family of a network, by its file's name and the pixels of its input; nil where it is none of these.
  public init?(file name: String, height: Int, width: Int) {
    guard height == Self.side, width == Self.side else { return nil }
    let name = name.lowercased()
    self = Self.allCases.first { name.contains($0.rawValue) } ?? .arcface
  }

  /// Pixels of the input's sides.
  public static let side = 112

  /// - Parameter normalisesItself: whether the network subtracts a mean from bytes' values itself.
  public func input(normalisesItself: Bool) -> InputSpecification {
    let (order, mean, scale) = numbers
    return InputSpecification(
      height: Self.side, width: Self.side, channelOrder: order, mean: normalisesItself ? 0 : mean,
      scale: normalisesItself ? 1 : scale, cropSide: 2.75, cropRaise: 0.39, alignment: .upright)
  }

  private var numbers: (order: String, mean: Float, scale: Float) {
    switch self {
    case .arcface: ("RGB", 127.5, 127.5)
    case .sface: ("RGB", 0, 1)
    case .adaface: ("BGR", 127.5, 127.5)
    case .magface: ("BGR", 0, 255)
    }
  }
}
