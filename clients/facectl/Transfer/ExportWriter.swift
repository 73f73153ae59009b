import FaceAPI
import FaceTypes
import Foundation
import SwiftProtobuf

/// Writes an export as it comes, into a folder beside its name until it is whole.
final class ExportWriter {
  private let path: String
  private let identities: OutputFile
  private let faces: OutputFile
  private let vectors: OutputFile
  private let encoder = ExportFormat.encoder
  private var manifest: ExportFormat.Manifest?
  private var wanted = (identities: Int64(0), faces: Int64(0))
  private var cropFolders: Set<UInt64> = []

  private var partial: String { path + ".partial" }

  /// - Throws: where there is something of that name already: nothing is overwritten.
  init(_ path: String) throws(TransferError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let partial = self.path + ".partial"
    for taken in [self.path, partial] where FileStatus.exists(RawPath(taken)) {
      throw TransferError(
        reason: "EXPORT_FAILED", message: "'\(taken)' exists already; choose another name, nothing is overwritten")
    }
    try Self.makeFolder(partial)
    identities = try OutputFile("\(partial)/\(ExportFormat.identities)")
    faces = try OutputFile("\(partial)/\(ExportFormat.faces)")
    vectors = try OutputFile("\(partial)/\(ExportFormat.vectors)")
  }

  func take(_ part: Faced_V1_ExportGalleryResponse) throws {
    switch part.part {
    case .start(let start): try begin(start)
    case .identity(let identity): try write(identity)
    case .face(let face): try write(face)
    case nil: throw TransferError.damaged("the daemon sent a part that this facectl does not know; use a newer one")
    }
  }

  private func begin(_ start: Faced_V1_ExportStart) throws {
    wanted = (start.identityCount, start.faceCount)
    manifest = .init(
      exported: ExportTime.text(.init(date: Date())), gallery: start.gallery.name.lastSegment,
      description: start.gallery.description_p, discardsCrops: start.gallery.discardsCrops, model: start.model,
      dimension: Int(start.dimension), change: start.change)
    // The number of rows follows when it is known.
    try vectors.write(NPYHeader(rows: 0, columns: max(1, Int(start.dimension))).bytes)
  }

  private func write(_ identity: Faced_V1_Identity) throws {
    manifest?.identities += 1
    try write(
      ExportFormat.IdentityLine(
        identity: Self.number(identity.name), name: identity.displayName, created: ExportTime.text(identity.createTime),
        faces: identity.faceCount, labels: identity.labels.isEmpty ? nil : identity.labels),
      to: identities)
  }

  private func write(_ face: Faced_V1_PortableFace) throws {
    guard var counted = manifest else { throw TransferError.damaged("the daemon's export has no beginning") }
    let number = Self.number(face.name)
    let crop = face.crop.isEmpty ? nil : ExportFormat.crop(of: number)
    try write(
      ExportFormat.FaceLine(
        face: number, identity: Self.number(face.identity), created: ExportTime.text(face.createTime),
        source: face.source.isEmpty ? nil : face.source,
        box: face.hasBox ? [face.box.x, face.box.y, face.box.width, face.box.height] : nil, score: face.detectionScore,
        quality: face.hasQuality ? face.quality : nil,
        photographSha256: face.photographSha256.isEmpty ? nil : Hex.text(face.photographSha256),
        row: face.hasVector ? counted.vectors : nil, crop: crop, cropSha256: crop.map { _ in Hex.sha256(face.crop) },
        landmarks: face.hasLandmarks ? face.landmarks.points.map { [$0.x, $0.y] } : nil),
      to: faces)
    if face.hasVector {
      try vectors.write(
        face.vector.values.flatMap { value in unsafe withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) })
    }
    if let crop {
      let folder = number / 1000
      if cropFolders.isEmpty { try Self.makeFolder("\(partial)/\(ExportFormat.crops)") }
      if cropFolders.insert(folder).inserted { try Self.makeFolder("\(partial)/\(ExportFormat.crops)/\(folder)") }
      let file = try OutputFile("\(partial)/\(crop)")
      try file.write(face.crop)
      try file.flush()
    }
    counted.faces += 1
    counted.vectors += face.hasVector ? 1 : 0
    counted.crops += crop == nil ? 0 : 1
    counted.withoutDigest += face.photographSha256.isEmpty ? 1 : 0
    manifest = counted
  }

  /// The export is whole: it gets its name.
  func finish() throws -> ExportFormat.Manifest {
    guard var manifest, manifest.identities == wanted.identities, manifest.faces == wanted.faces else {
      throw TransferError.damaged("the daemon's export ended early; run the command again")
    }
    manifest.leftOut = LeftOut.sentences(manifest)
    try vectors.replaceStart(NPYHeader(rows: manifest.vectors, columns: max(1, manifest.dimension)).bytes)
    for file in [identities, faces, vectors] { try file.finish() }
    let description = try OutputFile("\(partial)/\(ExportFormat.manifest)")
    try description.write(try encoder.encode(manifest) + Data("\n".utf8))
    try description.finish()
    let sums = try OutputFile("\(partial)/\(ExportFormat.sums)")
    for name in ExportFormat.summed {
      guard let digest = Hex.sha256(file: "\(partial)/\(name)") else { throw OutputFile.failed("\(partial)/\(name)") }
      try sums.write(Data("\(digest)  \(name)\n".utf8))
    }
    try sums.finish()
    // The crops too.
    sync()
    guard unsafe rename(RawPath(partial).bytes, RawPath(path).bytes) == 0 else { throw OutputFile.failed(path) }
    return manifest
  }

  /// Takes away what was written.
  func discard() { try? FileManager.default.removeItem(atPath: partial) }

  private func write(_ line: some Encodable, to file: OutputFile) throws {
    try file.write(try encoder.encode(line) + Data("\n".utf8))
  }

  private static func makeFolder(_ path: String) throws(TransferError) {
    guard unsafe mkdir(RawPath(path).bytes, 0o700) == 0 else { throw OutputFile.failed(path) }
  }

  private static func number(_ name: String) -> UInt64 { UInt64(name.lastSegment) ?? 0 }
}

extension Faced_V1_Landmarks {
  var points: [Faced_V1_Point] { [rightEye, leftEye, nose, rightMouth, leftMouth] }
}
