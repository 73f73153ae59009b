import FaceAPI
import Foundation
import GRPCCore
import Images
import SwiftProtobuf

/// A sheet of the faces that findings are about: a section for each finding, with some faces of the identities beside them.
struct ReviewSheet<Transport: ClientTransport> {
  let service: Faced_V1_GalleryService.Client<Transport>
  private let file: SheetFile

  /// Findings that are drawn, and faces of an identity beside each.
  private var maximumFindings: Int { 500 }
  private var maximumFaces: Int { 6 }

  /// - Throws: where the file is there already or cannot be made.
  init(_ path: String, gallery: String, over service: Faced_V1_GalleryService.Client<Transport>) throws(CommandFailure)
  {
    self.service = service
    file = try SheetFile(path, title: "Gallery \(gallery)", pageSide: 112)
  }

  /// - Throws: `SCOPE_MISSING` where the caller may not read kept crops.
  func draw(_ findings: [Faced_V1_GalleryFinding]) async throws {
    var faces: [String: [String]] = [:]
    for (number, finding) in findings.prefix(maximumFindings).enumerated() {
      let output = ReviewOutput(finding)
      let distance = (output.distance ?? output.ownDistance).map { String(format: " at %.2f", $0) } ?? ""
      let heading = "\(number + 1). \(output.kind?.rawValue ?? "unknown")\(distance): \(output.advice)"
      if finding.kind == .mislabelled || finding.kind == .outlier {
        file.add(
          try await service.keptCell(finding.face, ["face \(finding.face.lastSegment)"], .wrong, side: file.side),
          section: heading)
      }
      for identity in [finding.identity, finding.other] where !identity.name.isEmpty {
        if faces[identity.name] == nil { faces[identity.name] = try await self.faces(of: identity.name) }
        let others = (faces[identity.name] ?? []).filter { $0 != finding.face || finding.kind == .duplicate }
        for face in others.prefix(maximumFaces) {
          let captions = [
            "\(Printable.line(identity.displayName)) (\(identity.faceCount))", "face \(face.lastSegment)",
          ]
          file.add(try await service.keptCell(face, captions, side: file.side), section: heading)
        }
      }
    }
    let left = findings.count - maximumFindings
    try file.finish(
      summary: ["\(findings.count) finding\(findings.count == 1 ? "" : "s")"]
        + (left > 0 ? ["\(left) of them are not drawn"] : []))
  }

  private func faces(of identity: String) async throws -> [String] {
    do {
      return try await service.listFaces(
        .with { ($0.parent, $0.pageSize) = (identity, Int32(maximumFaces + 1)) }
      ).faces.map(\.name)
    } catch let error as RPCError where error.code == .notFound {
      return []
    }
  }
}
