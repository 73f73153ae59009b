import FaceAPI
import FaceTypes

/// A request about one identity, which says it by resource name, with a number, or by display name.
protocol AboutIdentity {
  var name: String { get }
  var named: Faced_V1_NamedIdentity { get }
}

extension Faced_V1_GetIdentityRequest: AboutIdentity {}
extension Faced_V1_RenameIdentityRequest: AboutIdentity {}
extension Faced_V1_UpdateIdentityLabelsRequest: AboutIdentity {}
extension Faced_V1_DeleteIdentityRequest: AboutIdentity {}
extension Faced_V1_IdentityChoice: AboutIdentity {}

extension AboutIdentity {
  /// The identity, and the gallery that it is looked for in.
  var address: (GalleryID, IdentityReference) {
    get throws {
      if !name.isEmpty { return try inField("name", try ResourceName.parseIdentity(name)) }
      guard named != .init() else {
        throw Failure.invalidArgument("name the identity: set name or named", field: "name")
      }
      return try named.address
    }
  }
}

extension Faced_V1_NamedIdentity {
  var address: (GalleryID, IdentityReference) {
    get throws(InvalidName) {
      (
        try inField("named.gallery", try ResourceName.parseGallery(gallery)),
        .named(try inField("named.display_name", try DisplayName(displayName)))
      )
    }
  }
}

extension Faced_V1_ListFacesRequest {
  /// Whose faces; the identity is nil where those of the whole gallery are asked for.
  var owner: (GalleryID, IdentityReference?) {
    get throws(InvalidName) {
      guard case .named(let named) = of else { return try inField("parent", try ResourceName.parseFaceParent(parent)) }
      let (gallery, identity) = try named.address
      return (gallery, identity)
    }
  }
}
