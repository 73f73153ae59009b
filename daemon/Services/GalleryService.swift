import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct GalleryService: Faced_V1_GalleryService.SimpleServiceProtocol {
  let engine: FaceEngine

  func createGallery(
    request: Faced_V1_CreateGalleryRequest, context: ServerContext
  ) async throws -> Faced_V1_Gallery {
    try await answering {
      let gallery = try GalleryID(request.galleryID)
      return .init(
        try await engine.createGallery(
          gallery, description: request.gallery.description_p, keepsCrops: !request.gallery.discardsCrops,
          policy: try request.gallery.enrolmentPolicy.policy ?? .warn))
    }
  }

  func updateGallery(
    request: Faced_V1_UpdateGalleryRequest, context: ServerContext
  ) async throws -> Faced_V1_Gallery {
    try await answering {
      guard !request.name.isEmpty else {
        throw Failure.invalidArgument("name the gallery to change: set gallery.name", field: "name")
      }
      return .init(
        try await engine.updateGallery(
          try inField("name", try ResourceName.parseGallery(request.name)),
          description: request.hasDescription_p ? request.description_p : nil,
          policy: try request.enrolmentPolicy.policy))
    }
  }

  func getGallery(request: Faced_V1_GetGalleryRequest, context: ServerContext) async throws -> Faced_V1_Gallery {
    try await answering {
      .init(try engine.requireGallery(try inField("name", try ResourceName.parseGallery(request.name))))
    }
  }

  func listGalleries(
    request: Faced_V1_ListGalleriesRequest, context: ServerContext
  ) async throws -> Faced_V1_ListGalleriesResponse {
    try await answering {
      let size = try Paging.size(request.pageSize)
      let after = request.pageToken.isEmpty ? nil : try GalleryID(request.pageToken)
      let page = try engine.galleries(after: after, limit: size)
      return .with {
        $0.galleries = page.map(Faced_V1_Gallery.init)
        $0.nextPageToken = Paging.next(page, size: size) { $0.id.name }
      }
    }
  }

  func deleteGallery(
    request: Faced_V1_DeleteGalleryRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      guard !request.name.isEmpty else {
        throw Failure.invalidArgument("name the gallery to delete: set name", field: "name")
      }
      try await engine.deleteGallery(try inField("name", try ResourceName.parseGallery(request.name)))
      return .init()
    }
  }

  func createIdentity(
    request: Faced_V1_CreateIdentityRequest, context: ServerContext
  ) async throws -> Faced_V1_Identity {
    try await answering {
      let gallery = try inField("parent", try ResourceName.parseGallery(request.parent))
      return .init(
        try await engine.createIdentity(
          gallery, named: try inField("display_name", try DisplayName(request.displayName))))
    }
  }

  func getIdentity(
    request: Faced_V1_GetIdentityRequest, context: ServerContext
  ) async throws -> Faced_V1_Identity {
    try await answering {
      let (gallery, identity) = try request.address
      return .init(try engine.requireIdentity(gallery, identity))
    }
  }

  func listIdentities(
    request: Faced_V1_ListIdentitiesRequest, context: ServerContext
  ) async throws -> Faced_V1_ListIdentitiesResponse {
    try await answering {
      let size = try Paging.size(request.pageSize)
      let page = try engine.identities(
        try inField("parent", try ResourceName.parseGallery(request.parent)),
        having: try inField("labels", try IdentityLabels(request.labels)),
        after: try Paging.number(request.pageToken).map { IdentityID($0) }, limit: size)
      return .with {
        $0.identities = page.map(Faced_V1_Identity.init)
        $0.nextPageToken = Paging.next(page, size: size) { $0.id.description }
      }
    }
  }

  func renameIdentity(
    request: Faced_V1_RenameIdentityRequest, context: ServerContext
  ) async throws -> Faced_V1_Identity {
    try await answering {
      let (gallery, identity) = try request.address
      return .init(
        try await engine.renameIdentity(
          gallery, identity, to: try inField("display_name", try DisplayName(request.displayName))))
    }
  }

  func updateIdentityLabels(
    request: Faced_V1_UpdateIdentityLabelsRequest, context: ServerContext
  ) async throws -> Faced_V1_Identity {
    try await answering {
      let (gallery, identity) = try request.address
      _ = try inField("labels", try IdentityLabels(request.labels))
      for key in request.removedKeys { try inField("removed_keys", try IdentityLabels.check(key: key)) }
      return .init(
        try await engine.label(gallery, identity, setting: request.labels, removing: request.removedKeys))
    }
  }

  func deleteIdentity(
    request: Faced_V1_DeleteIdentityRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      let (gallery, identity) = try request.address
      // The audit log names the number, never the name that was asked for.
      CallNotes.current?.note(identity: try engine.requireIdentity(gallery, identity).id.value)
      try await engine.deleteIdentity(gallery, identity)
      return .init()
    }
  }

  func batchDeleteIdentities(
    request: Faced_V1_BatchDeleteIdentitiesRequest, context: ServerContext
  ) async throws -> Faced_V1_BatchDeleteIdentitiesResponse {
    try await answering {
      let gallery = try ResourceName.parseGallery(request.parent)
      var identities: [IdentityReference] = []
      for name in request.names {
        let (of, identity) = try ResourceName.parseIdentity(name)
        guard of == gallery else { throw Failure.invalidArgument("'\(name)' is not an identity of \(request.parent)") }
        identities.append(identity)
      }
      for name in request.displayNames { identities.append(.named(try DisplayName(name))) }
      let numbers = try await engine.deleteIdentities(gallery, identities)
      CallNotes.current?.note { $0.identities = numbers.map(\.value) }
      return .with { $0.names = numbers.map { ResourceName.identity($0, in: gallery) } }
    }
  }

  func listFaces(
    request: Faced_V1_ListFacesRequest, context: ServerContext
  ) async throws -> Faced_V1_ListFacesResponse {
    try await answering {
      let size = try Paging.size(request.pageSize)
      let (gallery, identity) = try request.owner
      let page = try engine.faces(
        gallery, of: identity, after: try Paging.number(request.pageToken).map { FaceID($0) }, limit: size)
      return .with {
        $0.faces = page.map(Faced_V1_Face.init)
        $0.nextPageToken = Paging.next(page, size: size) { $0.id.description }
      }
    }
  }

  func getFace(request: Faced_V1_GetFaceRequest, context: ServerContext) async throws -> Faced_V1_Face {
    try await answering {
      let (gallery, face) = try inField("name", try ResourceName.parseFace(request.name))
      return .init(try engine.requireFace(gallery, face))
    }
  }

  func getFaceCrop(
    request: Faced_V1_GetFaceCropRequest, context: ServerContext
  ) async throws -> Faced_V1_FaceCrop {
    try await answering {
      let (gallery, face) = try inField("name", try ResourceName.parseFace(request.name))
      let crop = try engine.crop(gallery, face)
      return .with { $0.image = Data(crop) }
    }
  }

  func deleteFace(
    request: Faced_V1_DeleteFaceRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      let (gallery, face) = try inField("name", try ResourceName.parseFace(request.name))
      try await engine.deleteFace(gallery, face)
      return .init()
    }
  }
}
