import FaceAPI
import Foundation
import Images

/// Copies of photographs with the faces that the daemon found.
enum FaceDrawing {
  private static let boxColour = Colour(40, 200, 90)
  /// Right eye, left eye, nose, right and left mouth corner: the person's right in red, the left in blue.
  private static let pointColours = [
    Colour(230, 60, 60), Colour(70, 120, 250), Colour(250, 210, 50), Colour(230, 60, 60), Colour(70, 120, 250),
  ]

  static func makeFolder(_ path: String) throws {
    do {
      // Pictures of people: for their owner alone.
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure.usage("the folder '\(path)' of --draw cannot be made; choose another")
    }
  }

  /// A name for a copy in a folder: the photograph's, with a number where that is taken, be it by a file that was there.
  static func name(for file: String, in folder: String) -> String {
    let stem = Printable.line(URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent)
    for number in 1... {
      let path = folder + "/" + stem + (number == 1 ? "" : "-\(number)") + ".png"
      if !FileStatus.exists(RawPath(path)) { return path }
    }
    return folder + "/" + stem
  }

  /// Decodes, stands upright, draws, encodes, writes.
  static func write(_ photo: [UInt8], _ faces: [Faced_V1_DetectedFace], to path: String) throws(Refusal) {
    let png: [UInt8]
    do throws(ImageError) {
      var image = try ImageDecoder.decode(photo)
      for face in faces.reversed() { draw(face, on: &image) }
      png = try image.encodePNG()
    } catch {
      throw Refusal(reason: "NOT_DRAWN", message: "the photograph cannot be drawn on: \(error)")
    }
    guard FileManager.default.createFile(atPath: path, contents: Data(png), attributes: [.posixPermissions: 0o600])
    else { throw Refusal(reason: "NOT_DRAWN", message: "'\(path)' cannot be written") }
  }

  private static func draw(_ face: Faced_V1_DetectedFace, on image: inout Image) {
    // Thick enough to be seen when the whole photograph is.
    let thickness = max(1, max(image.width, image.height) / 300)
    let (left, top) = (whole(face.box.x), whole(face.box.y))
    let (width, height) = (whole(face.box.x + face.box.width) - left, whole(face.box.y + face.box.height) - top)
    image.outline(x: left, y: top, width: width, height: height, thickness: thickness, colour: boxColour)
    for (point, colour) in zip(face.points, pointColours) {
      let reach = thickness + 1
      image.fill(
        x: whole(point.x) - reach, y: whole(point.y) - reach, width: 2 * reach + 1, height: 2 * reach + 1,
        colour: colour)
    }
    let text = String(format: "%.2f  q %.2f", face.detectionScore, face.quality.overall)
    let size = Image.textSize(text, scale: thickness)
    let above = top - size.height - 2 * thickness
    let line = above >= 0 ? above : top + height + thickness
    image.fill(
      x: left, y: line - thickness, width: size.width + 2 * thickness, height: size.height + 2 * thickness,
      colour: .black)
    image.draw(text, x: left + thickness, y: line, scale: thickness, colour: boxColour)
  }

  /// A place that any arithmetic on pixels can take.
  private static func whole(_ value: Double) -> Int { Int(min(max(value.rounded(), -1e6), 1e6)) }
}
