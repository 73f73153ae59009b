internal import FaceNet
internal import FaceTypes
internal import Images

/// A look at what a model makes of a few pictures before anything relies on it: a file can be whole and its network still
/// give zeros, or the same vector for everything.
enum ModelProbe {
  /// The least squared distance that some two pictures must have.
  private static let leastDistance: Float = 1e-4

  /// - Throws: `MODEL_REFUSED`.
  static func check(_ embedder: Embedder) throws(EngineError) {
    let input = embedder.metadata.input
    let pictures = (0..<4).map { picture($0, width: input.width, height: input.height) }
    let embeddings: [Embedding]
    do throws(ModelFileError) {
      embeddings = try embedder.embed(crops: pictures)
    } catch {
      throw refusal("it cannot embed a test picture: \(error.message)")
    }
    for embedding in embeddings {
      guard embedding.values.allSatisfy(\.isFinite) else {
        throw refusal("its embedding of a test picture has components that are not finite numbers")
      }
      let squared = embedding.values.reduce(0) { $0 + $1 * $1 }
      guard abs(squared - 1) <= 1e-3 else {
        throw refusal("its embedding of a test picture has the squared length \(squared), not 1")
      }
    }
    let distance = embeddings.dropFirst().map { embeddings[0].squaredDistance(to: $0) }.max() ?? 0
    guard distance > leastDistance else {
      throw refusal("it gives the same embedding for different pictures")
    }
  }

  private static func refusal(_ problem: String) -> EngineError {
    EngineError(.invalidArgument, .modelRefused, "the model cannot be used: \(problem); train or export it again")
  }

  /// Smooth blobs, stripes, noise and a slope: always the same.
  private static func picture(_ kind: Int, width: Int, height: Int) -> Image {
    var state = UInt32(2_463_534_242)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          state ^= state << 13
          state ^= state >> 17
          state ^= state << 5
          switch kind {
          case 0: pixels.append(UInt8((x * 255 / width + channel * 40) % 256))
          case 1: pixels.append((x / max(1, width / 8) + y / max(1, height / 8)) % 2 == 0 ? 30 : 220)
          case 2: pixels.append(UInt8(truncatingIfNeeded: state >> 24))
          default:
            let (dx, dy) = (x - width / 2, y - height / 2)
            pixels.append(dx * dx + dy * dy < width * height / 9 ? 200 : 60)
          }
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
