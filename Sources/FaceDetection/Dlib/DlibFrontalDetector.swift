internal import FaceTypes
internal import Glibc
public import Images

/// dlib's frontal face detector (histograms of oriented gradients and linear filters: Dalal and Triggs 2005, trained
/// by max-margin object detection: King 2015). It finds upright faces turned up to about 40° aside.
///
/// Its window is 80 pixels wide, so a photograph is first scaled by one factor s = min(2, 1024 / longest side): small
/// photographs are enlarged, that faces from about 40 pixels are found, and large ones shrunk, that the search takes
/// no longer than for 1024 pixels.
public struct DlibFrontalDetector: FaceDetector {
  /// Names this detector and its frame in a model's header.
  public static let identifier = "dlib-frontal-hog"

  /// Longest side of the searched picture, in pixels.
  public static let workingSide = 1024
  /// A photograph is never enlarged by more.
  public static let maximumEnlargement = 2.0
  /// More faces than this in one photograph are left out, the least sure first.
  public static let maximumFaces = 1024

  /// Faces at or below this score are not reported.
  public let threshold: Double

  private let pool = DetectorPool()

  public init(threshold: Double = 0) { self.threshold = threshold }

  /// The distance from the decision boundary through a logistic function, whose slope of 2 is a convention.
  public func confidence(_ score: Double) -> Double { 1 / (1 + exp(-2 * score)) }

  public func detect(_ image: Image) throws(DetectionError) -> [Detection] {
    let scale = Self.scale(width: image.width, height: image.height)
    let searched = image.resized(
      width: max(1, Int((Double(image.width) * scale).rounded())),
      height: max(1, Int((Double(image.height) * scale).rounded())))
    let scaleX = Double(searched.width) / Double(image.width)
    let scaleY = Double(searched.height) / Double(image.height)
    let found = try pool.search(
      searched.grayscale(), width: searched.width, height: searched.height, threshold: threshold)
    return found.map { face in
      let box = Box(
        x: face.left / scaleX, y: face.top / scaleY, width: (face.right - face.left) / scaleX,
        height: (face.bottom - face.top) / scaleY)
      return Detection(box: box, score: face.score, landmarks: nil, frame: Self.frame(of: box))
    }.largestFirst(in: image)
  }

  package static func scale(width: Int, height: Int) -> Double {
    min(maximumEnlargement, Double(workingSide) / Double(max(width, height)))
  }
}
