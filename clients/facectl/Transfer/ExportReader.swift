import FaceAPI
import FaceTypes
import Foundation
import SwiftProtobuf

/// An exported gallery in its folder.
struct ExportReader: FaceSource {
  let manifest: ExportFormat.Manifest
  let identities: [UInt64: ExportFormat.IdentityLine]
  private let folder: String
  private let vectors: NPYFile
  private var lines: LineReader
  private let decoder = ExportFormat.decoder

  /// Opens a folder whose files are as they were written.
  ///
  /// - Throws: what is missing or damaged.
  init(_ folder: String) throws(TransferError) {
    self.folder = folder
    guard FileStatus(RawPath(folder))?.kind == .folder else {
      throw .file("\(folder): it is not a folder; give one that `facectl export` made")
    }
    try Self.checkSums(folder)
    manifest = try Self.manifest(folder)
    identities = try Self.identities(folder)
    guard identities.count == manifest.identities else {
      throw .damaged("\(folder): export.json says \(manifest.identities) identities, and there are \(identities.count)")
    }
    vectors = try NPYFile("\(folder)/\(ExportFormat.vectors)")
    guard vectors.header.rows == manifest.vectors,
      vectors.header.rows == 0 || vectors.header.columns == manifest.dimension
    else { throw .damaged("\(folder): vectors.npy does not have the vectors that export.json lists") }
    lines = try LineReader("\(folder)/\(ExportFormat.faces)")
  }

  /// Reads every face and crop, to the end: open it anew to import it.
  ///
  /// - Throws: the first thing that is damaged.
  mutating func check() throws {
    try vectors.check()
    var faces = 0
    while try next() != nil { faces += 1 }
    guard faces == manifest.faces else {
      throw TransferError.damaged("\(folder): export.json says \(manifest.faces) faces, and there are \(faces)")
    }
  }

  mutating func next() throws -> SourcedFace? {
    guard let text = try lines.next() else { return nil }
    let label = "\(folder)/\(ExportFormat.faces): line \(lines.count)"
    func damaged(_ what: String) -> TransferError { .damaged("\(label): \(what)") }
    guard let line = try? decoder.decode(ExportFormat.FaceLine.self, from: Data(text.utf8)) else {
      throw damaged("it is not a face as an export has it")
    }
    guard let identity = identities[line.identity] else { throw damaged("it is of no identity of the export") }
    guard let created = ExportTime.time(line.created) else { throw damaged("its time is not one") }
    var face = Faced_V1_PortableFace()
    face.displayName = identity.name
    face.createTime = created
    face.source = line.source ?? ""
    face.detectionScore = line.score
    if let quality = line.quality { face.quality = quality }
    if let box = line.box {
      guard box.count == 4 else { throw damaged("a box has four numbers") }
      face.box = .with { ($0.x, $0.y, $0.width, $0.height) = (box[0], box[1], box[2], box[3]) }
    }
    if let text = line.photographSha256 {
      guard let digest = Hex.digest(text) else { throw damaged("its photograph's SHA-256 is not one") }
      face.photographSha256 = digest
    }
    if let row = line.row {
      guard (0..<vectors.header.rows).contains(row) else { throw damaged("vectors.npy has no row \(row)") }
      face.vector.values = try vectors.row(row)
    }
    if let crop = line.crop { face.crop = try self.crop(crop, line.cropSha256, damaged) }
    if let points = line.landmarks {
      guard points.count == 5, points.allSatisfy({ $0.count == 2 }) else { throw damaged("landmarks are five points") }
      face.landmarks = .init(points.map { point in .with { ($0.x, $0.y) = (point[0], point[1]) } })
    }
    return SourcedFace(label: "face \(line.face)", face: face)
  }

  private func crop(_ name: String, _ digest: String?, _ damaged: (String) -> TransferError) throws -> Data {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    // Nothing outside the folder is read, whatever the line says.
    guard parts.first == Substring(ExportFormat.crops), parts.count > 1, !parts.contains(""), !parts.contains("..")
    else {
      throw damaged("a crop lies in the folder 'crops'")
    }
    switch PhotographFile.read(RawPath("\(folder)/\(name)"), limit: 1 << 20) {
    case .failure(let refusal): throw damaged("\(name): \(refusal.message)")
    case .success(let bytes):
      guard Hex.sha256(bytes) == digest else { throw damaged("\(name) was changed after it was written") }
      return bytes
    }
  }

  private static func checkSums(_ folder: String) throws(TransferError) {
    var lines = try LineReader("\(folder)/\(ExportFormat.sums)")
    var sums: [String: String] = [:]
    while let line = try lines.next() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { throw .damaged("\(folder)/\(ExportFormat.sums): line \(lines.count) is not a sum") }
      sums[parts[1].trimmingCharacters(in: [" ", "*"])] = String(parts[0])
    }
    for name in ExportFormat.summed {
      guard let digest = Hex.sha256(file: "\(folder)/\(name)") else {
        throw .damaged("\(folder): \(name) is missing or cannot be read")
      }
      guard sums[name] == digest else {
        throw .damaged(
          "\(folder): \(name) was changed after it was written; copy the export again. Nothing was imported")
      }
    }
  }

  private static func manifest(_ folder: String) throws(TransferError) -> ExportFormat.Manifest {
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(ExportFormat.manifest)"),
      let manifest = try? ExportFormat.decoder.decode(ExportFormat.Manifest.self, from: bytes),
      manifest.format == ExportFormat.name
    else { throw .damaged("\(folder): export.json is not from an export") }
    guard manifest.version == ExportFormat.version else {
      throw .file(
        "\(folder): the export is of version \(manifest.version), and this facectl reads version 1; use a newer facectl"
      )
    }
    return manifest
  }

  private static func identities(_ folder: String) throws(TransferError) -> [UInt64: ExportFormat.IdentityLine] {
    let path = "\(folder)/\(ExportFormat.identities)"
    var lines = try LineReader(path)
    let decoder = ExportFormat.decoder
    var identities: [UInt64: ExportFormat.IdentityLine] = [:]
    while let text = try lines.next() {
      guard let line = try? decoder.decode(ExportFormat.IdentityLine.self, from: Data(text.utf8)),
        (try? DisplayName(line.name)) != nil, (try? IdentityLabels(line.labels ?? [:])) != nil,
        identities.updateValue(line, forKey: line.identity) == nil
      else { throw .damaged("\(path): line \(lines.count) is not an identity, or one that was there before") }
    }
    return identities
  }
}

extension Faced_V1_Landmarks {
  /// - Parameter points: five, in the order of `points`.
  init(_ points: [Faced_V1_Point]) {
    self.init()
    (rightEye, leftEye, nose, rightMouth, leftMouth) = (points[0], points[1], points[2], points[3], points[4])
  }
}
