import ArgumentParser
import FaceAPI
import FaceTypes

/// Which identity a sub-command is about.
struct IdentityTarget: ParsableArguments {
  @Argument(help: "The identity, by name or by number as #124.") var identity: String
  @Option(help: "The gallery.") var gallery = "default"
}

/// A request that takes an identity by resource name, which holds a number, or by display name.
protocol AddressedRequest {
  init()
  var name: String { get set }
  var named: Faced_V1_NamedIdentity { get set }
}

extension Faced_V1_GetIdentityRequest: AddressedRequest {}
extension Faced_V1_RenameIdentityRequest: AddressedRequest {}
extension Faced_V1_UpdateIdentityLabelsRequest: AddressedRequest {}
extension Faced_V1_IdentityChoice: AddressedRequest {}

extension AddressedRequest {
  /// - Throws: `InvalidName` where the text can be neither a name nor a number.
  init(_ target: IdentityTarget) throws { try self.init(typed: target.identity, in: target.gallery) }

  /// - Throws: `InvalidName` where the text can be neither a name nor a number.
  init(typed text: String, in gallery: String) throws {
    self.init()
    switch try IdentityReference(typed: text) {
    case .id(let id): name = ResourceName.identity(id, in: gallery)
    case .named(let displayName): named = .init(displayName, in: gallery)
    }
  }
}

extension Faced_V1_NamedIdentity {
  init(_ name: DisplayName, in gallery: String) {
    self.init()
    self.gallery = ResourceName.gallery(gallery)
    displayName = name.text
  }
}
