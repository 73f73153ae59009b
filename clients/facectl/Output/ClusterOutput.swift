import FaceAPI

/// A group of faces, as `--json` prints it.
struct ClusterOutput: Encodable {
  struct Face: Encodable, Sendable {
    let file: String
    let box: BoxOutput
  }

  /// From 1; 0 holds the faces that are like no other.
  let group: Int32
  let faces: [Face]

  /// - Parameter faces: of each vector that was sent; nil where a gallery was grouped, whose faces have names.
  static func print(_ messages: [Faced_V1_FaceGroup], faces: [Face]?, json: Bool) {
    let groups = Dictionary(grouping: messages, by: \.group).sorted { $0.key < $1.key }
    for (group, parts) in groups {
      if let faces {
        ClusterOutput(group: group, faces: parts.flatMap(\.members).map { faces[Int($0)] }).print(json: json)
      } else {
        GalleryOutput(group: group, faces: parts.flatMap(\.faces)).print(json: json)
      }
    }
  }

  private func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    Self.printText(group, faces.map(\.file))
  }

  private struct GalleryOutput: Encodable {
    let group: Int32
    /// Resource names.
    let faces: [String]

    func print(json: Bool) {
      json ? Terminal.printJSON(self) : ClusterOutput.printText(group, faces)
    }
  }

  private static func printText(_ group: Int32, _ lines: [String]) {
    Terminal.print(group == 0 ? "ungrouped: \(lines.count)" : "group \(group): \(lines.count) faces")
    for line in lines { Terminal.print("  \(line)") }
  }
}
