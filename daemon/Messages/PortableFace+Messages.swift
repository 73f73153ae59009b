import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import SwiftProtobuf

// Faces on their way from one gallery to another.

extension Faced_V1_ExportStart {
  init(_ export: GalleryExport) {
    self.init()
    gallery = .init(export.gallery)
    if let active = export.model {
      model = ResourceName.model(active.id)
      dimension = Int32(clamping: active.embeddingSize)
    }
    change = Int64(clamping: export.changeNumber)
    identityCount = Int64(clamping: export.gallery.identityCount)
    faceCount = Int64(clamping: export.gallery.faceCount)
  }
}

extension Faced_V1_PortableFace {
  /// - Parameter name: its identity's.
  init(_ face: ExportedFace, of name: String) {
    self.init()
    let record = face.record
    self.name = ResourceName.face(record.id, in: record.gallery)
    identity = ResourceName.identity(record.identity, in: record.gallery)
    displayName = name
    createTime = .init(milliseconds: record.createdAt)
    source = record.source ?? ""
    if record.box != .none { box = .init(record.box) }
    detectionScore = record.score
    if let measured = record.quality { quality = measured }
    if let digest = record.digest { photographSha256 = Data(digest) }
    if let kept = face.crop { crop = Data(kept) }
    if let kept = record.landmarks { landmarks = .init(kept) }
    if let embedding = face.embedding { vector.values = embedding.values }
  }
}

extension ImportedFace {
  init(_ message: Faced_V1_PortableFace) throws {
    self.init(name: try inField("faces.display_name", try DisplayName(message.displayName)))
    guard message.photographSha256.isEmpty || message.photographSha256.count == 32 else {
      throw Failure.invalidArgument("a SHA-256 has 32 bytes", field: "faces.photograph_sha256")
    }
    vector = message.hasVector ? message.vector.values : nil
    crop = message.crop.isEmpty ? nil : [UInt8](message.crop)
    landmarks = message.hasLandmarks ? Landmarks(message.landmarks) : nil
    if message.hasBox {
      let box = message.box
      self.box = Box(x: box.x, y: box.y, width: box.width, height: box.height)
    }
    score = message.detectionScore
    quality = message.hasQuality ? message.quality : nil
    source = message.source.isEmpty ? nil : message.source
    createdAt = message.hasCreateTime ? message.createTime.milliseconds : nil
    photograph = message.photographSha256.isEmpty ? nil : [UInt8](message.photographSha256)
  }
}

extension Landmarks {
  fileprivate init(_ message: Faced_V1_Landmarks) {
    func point(_ point: Faced_V1_Point) -> Point { Point(x: point.x, y: point.y) }
    self.init(
      rightEye: point(message.rightEye), leftEye: point(message.leftEye), nose: point(message.nose),
      rightMouth: point(message.rightMouth), leftMouth: point(message.leftMouth))
  }
}

extension Google_Protobuf_Timestamp {
  /// Since 1970 UTC; what does not fit becomes the nearest that does.
  fileprivate var milliseconds: Int64 {
    let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflows else { return seconds < 0 ? .min : .max }
    return scaled &+ Int64(nanos / 1_000_000)
  }
}
