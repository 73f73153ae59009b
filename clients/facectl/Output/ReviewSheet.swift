import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

/// A page with the faces that findings are about, for a browser that is offline: it holds the pictures and fetches nothing.
struct ReviewSheet {
  let gallery: String

  /// Findings that are drawn, and faces of an identity beside each.
  private static let (maximumFindings, maximumFaces) = (500, 6)

  /// - Throws: `SCOPE_MISSING` where the caller may not read kept crops.
  func page(
    _ findings: [Faced_V1_GalleryFinding], over service: Faced_V1_GalleryService.Client<some ClientTransport>
  ) async throws -> String {
    var rows: [String] = []
    var faces: [String: [String]] = [:]
    for finding in findings.prefix(Self.maximumFindings) {
      let output = ReviewOutput(finding)
      var cells = ""
      if finding.kind == .mislabelled || finding.kind == .outlier {
        cells += try await figure([finding.face], "face \(finding.face.lastSegment)", service)
      }
      for identity in [finding.identity, finding.other] where !identity.name.isEmpty {
        if faces[identity.name] == nil { faces[identity.name] = try await Self.faces(of: identity.name, service) }
        let others = (faces[identity.name] ?? []).filter { $0 != finding.face || finding.kind == .duplicate }
        cells += try await figure(
          Array(others.prefix(Self.maximumFaces)), "\(identity.displayName) (\(identity.faceCount))", service)
      }
      let distance = (output.distance ?? output.ownDistance).map { String(format: " %.2f", $0) } ?? ""
      rows.append(
        "<section><h2>\(HTML.text((output.kind?.rawValue ?? "unknown") + distance))</h2>\(cells)"
          + "<p>\(HTML.text(output.advice))</p></section>")
    }
    let left = findings.count - rows.count
    if left > 0 { rows.append("<p>\(left) more are not drawn.</p>") }
    return HTML.page(title: "Gallery \(gallery): \(findings.count) findings", rows.joined(separator: "\n"))
  }

  private static func faces(
    of identity: String, _ service: Faced_V1_GalleryService.Client<some ClientTransport>
  ) async throws -> [String] {
    do {
      return try await service.listFaces(
        .with { ($0.parent, $0.pageSize) = (identity, Int32(maximumFaces + 1)) }
      ).faces.map(\.name)
    } catch let error as RPCError where error.code == .notFound {
      return []
    }
  }

  private func figure(
    _ faces: [String], _ caption: String, _ service: Faced_V1_GalleryService.Client<some ClientTransport>
  ) async throws -> String {
    var pictures = ""
    for face in faces {
      do {
        let crop = try await service.getFaceCrop(.with { $0.name = face })
        pictures += HTML.picture(crop.image, "face \(face.lastSegment)")
      } catch let error as RPCError where error.code == .notFound || error.code == .failedPrecondition {
        // Deleted since, or of a gallery that keeps no crops.
        pictures += "<span class=none>face \(HTML.text(face.lastSegment)): no picture</span>"
      }
    }
    return "<figure>\(pictures)<figcaption>\(HTML.text(caption))</figcaption></figure>"
  }
}
