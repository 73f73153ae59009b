import FaceAPI
import Foundation
import GRPCCore
import Images
import SwiftProtobuf

/// A sheet of groups: some faces of each, under its number.
struct ClusterSheet {
  private let file: SheetFile

  private static let facesOfAGroup = 12
  private static let groups = 200

  /// - Throws: where the file is there already or cannot be made.
  init(_ path: String) throws(CommandFailure) { file = try SheetFile(path, title: "groups of faces") }

  /// Reads the photographs again, one at a time.
  func draw(_ groups: [Faced_V1_FaceGroup], _ faces: [ClusterOutput.Face], limit: Int) throws(CommandFailure) {
    for (group, members) in Self.shown(groups, \.members) {
      for member in members.prefix(Self.facesOfAGroup) {
        let face = faces[Int(member)]
        guard case .success(let bytes) = PhotographFile.read(RawPath(face.file), limit: limit),
          let photo = try? ImageDecoder.decode([UInt8](bytes))
        else { continue }
        let crop = photo.crop(
          centreX: face.box.x + face.box.width / 2, centreY: face.box.y + face.box.height / 2,
          side: 1.3 * max(face.box.width, face.box.height), rotation: 0, pixels: file.side)
        add(crop, Printable.line(RawPath(face.file).lastComponent), group, members.count)
      }
    }
    try file.finish(summary: Self.summary(groups.map { ($0.group, $0.members.count) }))
  }

  /// The kept crops of enrolled faces.
  func draw(enrolled groups: [Faced_V1_FaceGroup], _ client: GRPCClient<some ClientTransport>) async throws {
    let galleries = Faced_V1_GalleryService.Client(wrapping: client)
    for (group, names) in Self.shown(groups, \.faces) {
      for name in names.prefix(Self.facesOfAGroup) {
        // Not kept, or gone since: the sheet does without.
        guard let image = try await galleries.keptCrop(name, side: file.side) else { continue }
        add(image, "face " + name.lastSegment, group, names.count)
      }
    }
    try file.finish(summary: Self.summary(groups.map { ($0.group, $0.faces.count) }))
  }

  private func add(_ image: Image, _ caption: String, _ group: Int32, _ count: Int) {
    let name = group == 0 ? "ungrouped" : "group \(group)"
    file.add(
      ContactSheet.Cell(image: image, captions: [name, caption], verdict: group == 0 ? .plain : .right),
      section: "\(name): \(count) face\(count == 1 ? "" : "s")")
  }

  /// The largest groups, and then what is in none.
  private static func shown<Member>(
    _ messages: [Faced_V1_FaceGroup], _ members: (Faced_V1_FaceGroup) -> [Member]
  ) -> [(group: Int32, members: [Member])] {
    let all: [Int32: [Member]] = Dictionary(grouping: messages, by: \.group).mapValues { $0.flatMap(members) }
    let groups = all.filter { $0.key != 0 }.sorted { $0.key < $1.key }.prefix(Self.groups)
    let ungrouped = all[0].map { [(group: Int32(0), members: $0)] } ?? []
    return groups.map { (group: $0.key, members: $0.value) } + ungrouped
  }

  private static func summary(_ parts: [(group: Int32, count: Int)]) -> [String] {
    let groups = Set(parts.map(\.group).filter { $0 != 0 }).count
    let grouped = parts.filter { $0.group != 0 }.reduce(0) { $0 + $1.count }
    let alone = parts.filter { $0.group == 0 }.reduce(0) { $0 + $1.count }
    var lines = ["\(groups) groups of \(grouped) faces; \(alone) faces resemble no other"]
    if groups > Self.groups { lines.append("the \(Self.groups) largest groups are shown") }
    return lines
  }
}
