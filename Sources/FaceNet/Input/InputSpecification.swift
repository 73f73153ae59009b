public import FaceTypes
public import Images

/// What a network expects of a picture: which part about the face, in which size, as which numbers.
public struct InputSpecification: Sendable, Hashable, Codable {
  /// How a crop is turned.
  public enum Alignment: String, Sendable, Hashable, Codable {
    /// As the photograph is.
    case none
    /// Upright, by the similarity that fits five landmarks (`FaceFrame.init(fitting:)`).
    case upright
  }

  /// The input's height and width in pixels. Where they differ, the crop has their proportions; they differ by an even
  /// number, so that both lie about the same centre.
  public var height: Int
  /// The input's width in pixels; see `height`.
  public var width: Int
  /// The order of the planes: `RGB`, or `BGR` as some imported networks have it.
  public var channelOrder: String
  /// A byte x enters the network as (x − mean) / scale.
  public var mean: Float
  /// The divisor of `mean`'s formula, in bytes; above 0.
  public var scale: Float
  /// The crop's longer side, as a multiple of the face frame's eye–mouth distance.
  public var cropSide: Double
  /// How far above the face frame's centre, on the face's own axis, the crop's centre lies; in the same unit.
  public var cropRaise: Double
  /// Whether the crop is turned upright before it is cut.
  public var alignment: Alignment
  /// The views whose embeddings' mean, at length 1, is a face's embedding: one pass through the network each.
  public var views: [CropView]

  /// The defaults are an RGB input of about −1 … 1 and one crop, not turned.
  public init(
    height: Int, width: Int, channelOrder: String = "RGB", mean: Float = 127.5, scale: Float = 128, cropSide: Double,
    cropRaise: Double = 0, alignment: Alignment = .none, views: [CropView] = [CropView()]
  ) {
    self.height = height
    self.width = width
    self.channelOrder = channelOrder
    self.mean = mean
    self.scale = scale
    self.cropSide = cropSide
    self.cropRaise = cropRaise
    self.alignment = alignment
    self.views = views
  }

  /// Files that were written before crops could be raised, turned and averaged say none of it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    height = try values.decode(Int.self, forKey: .height)
    width = try values.decode(Int.self, forKey: .width)
    channelOrder = try values.decode(String.self, forKey: .channelOrder)
    mean = try values.decode(Float.self, forKey: .mean)
    scale = try values.decode(Float.self, forKey: .scale)
    cropSide = try values.decode(Double.self, forKey: .cropSide)
    cropRaise = try values.decodeIfPresent(Double.self, forKey: .cropRaise) ?? 0
    alignment = try values.decodeIfPresent(Alignment.self, forKey: .alignment) ?? .none
    views = try values.decodeIfPresent([CropView].self, forKey: .views) ?? [CropView()]
  }

  /// The frame by which this network's crop is cut where landmarks are known.
  public func frame(_ landmarks: Landmarks) -> FaceFrame {
    alignment == .upright ? FaceFrame(fitting: landmarks) : FaceFrame(landmarks: landmarks)
  }

  /// A view's crop, by itself the network's own: `width` × `height` pixels. Where it reaches beyond the picture, the
  /// picture's edge is repeated.
  public func crop(_ picture: Image, _ frame: FaceFrame, view: CropView = CropView()) -> Image {
    let centre = frame.point(right: 0, down: -(cropRaise + view.raise))
    let square = picture.crop(
      centreX: centre.x, centreY: centre.y, side: frame.eyeMouthDistance * cropSide * view.scale, rotation: frame.roll,
      pixels: longerSide)
    let crop = square.middle(width: width, height: height)
    return view.mirrored ? crop.mirrored() : crop
  }

  /// The crops of all views.
  public func views(_ picture: Image, _ frame: FaceFrame) -> FaceViews {
    FaceViews(views.map { crop(picture, frame, view: $0) })
  }

  /// The pixels of the crop's longer side.
  public var longerSide: Int { max(height, width) }

  /// How far any view's crop reaches from the frame's centre at most, doubled: the side of the square that it fits into
  /// while the face is upright.
  public var reach: Double { views.map { cropSide * $0.scale + 2 * abs(cropRaise + $0.raise) }.max() ?? 0 }

  /// Interleaved RGB bytes to planes of numbers (channel, row, column), appended to `batch`.
  package func append(_ pixels: [UInt8], to batch: inout [Float]) {
    for channel in channelOrder == "BGR" ? [2, 1, 0] : [0, 1, 2] {
      for index in stride(from: channel, to: pixels.count, by: 3) {
        batch.append((Float(pixels[index]) - mean) / scale)
      }
    }
  }
}
