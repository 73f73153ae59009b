import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct RetentionService: Faced_V1_RetentionService.SimpleServiceProtocol {
  let engine: FaceEngine
  let keeper: RetentionKeeper

  /// A century.
  private static let maximumAge: Int64 = 100 * 365 * 24 * 3600

  func setRetention(
    request: Faced_V1_SetRetentionRequest, context: ServerContext
  ) async throws -> Faced_V1_Retention {
    try await answering {
      let gallery = try engine.requireGallery(try ResourceName.parseGallery(request.gallery))
      guard (0...Self.maximumAge).contains(request.maxAgeSeconds) else {
        throw Failure.invalidArgument("a retention is 1 second to 100 years, or 0 for none")
      }
      let policy = RetentionPolicy(
        gallery: gallery.id.name, galleryCreated: gallery.createdAt, maximumAgeSeconds: request.maxAgeSeconds)
      do {
        try await keeper.file.set(request.maxAgeSeconds == 0 ? nil : policy, of: gallery.id.name)
      } catch let error as FileError {
        throw Failure(
          code: .internalError, reason: .retentionNotWritten, message: "it is unchanged: \(error.message)")
      }
      keeper.hurry()
      return .with {
        $0.gallery = ResourceName.gallery(gallery.id)
        $0.maxAgeSeconds = request.maxAgeSeconds
      }
    }
  }

  func getRetention(
    request: Faced_V1_GetRetentionRequest, context: ServerContext
  ) async throws -> Faced_V1_Retention {
    try await answering {
      let gallery = try engine.requireGallery(try ResourceName.parseGallery(request.gallery))
      let policy = keeper.file.policy(of: gallery.id.name)
      return .with {
        $0.gallery = ResourceName.gallery(gallery.id)
        $0.maxAgeSeconds = policy?.galleryCreated == gallery.createdAt ? policy?.maximumAgeSeconds ?? 0 : 0
      }
    }
  }

  func listErasures(
    request: Faced_V1_ListErasuresRequest, context: ServerContext
  ) async throws -> Faced_V1_ListErasuresResponse {
    try await answering {
      let gallery = try ResourceName.parseGallery(request.gallery)
      guard (0...1_000).contains(request.limit) else { throw Failure.invalidArgument("ask for 1 to 1000 receipts") }
      let limit = request.limit == 0 ? 100 : Int(request.limit)
      let receipts = try await Blocking.run { [keeper] in try keeper.file.receipts(of: gallery.name, limit: limit) }
      return .with {
        $0.receipts = receipts.map { receipt in
          .with {
            $0.gallery = ResourceName.gallery(gallery)
            $0.time = Google_Protobuf_Timestamp(date: receipt.time)
            $0.enrolledBefore = Google_Protobuf_Timestamp(date: receipt.enrolledBefore)
            $0.faceCount = Int64(receipt.faces)
            $0.identityCount = Int64(receipt.identities)
            if let time = receipt.searchDeleted { $0.searchDeleteTime = Google_Protobuf_Timestamp(date: time) }
            if let time = receipt.searchCompacted { $0.searchCompactTime = Google_Protobuf_Timestamp(date: time) }
          }
        }
      }
    }
  }
}
