package import FaceTypes
internal import VectorIndex

/// An identity that a search found.
package struct NearestIdentity: Hashable, Sendable {
  package let identity: IdentityID
  /// The identity's face nearest to the probe.
  package let face: FaceID
  /// Squared L2 from the probe to the identity's template.
  package let distance: Float
}

/// What a search of a gallery answers.
package struct NearestIdentities: Hashable, Sendable {
  /// Nearest first, one for each identity.
  package let identities: [NearestIdentity]
  package let certainty: SearchCertainty
  /// Identities with a face at the time of the search: the comparisons with templates that a decision accounts for.
  package let templates: TemplateCounts
}

/// The identities that a search may return.
package enum IdentitySubset: Hashable, Sendable {
  case only(Set<IdentityID>)
  case except(Set<IdentityID>)
}

/// How sure a search is that the nearest faces are the nearest there are.
public enum SearchCertainty: Hashable, Sendable {
  /// Every face was compared.
  case exact
  /// The nearest lists alone were scanned, and the nearest face is proven to be the nearest of all.
  case certified
  /// The nearest lists alone were scanned.
  case approximate

  init(_ result: SearchResult) {
    self = result.mode == .exact ? .exact : result.isCertified ? .certified : .approximate
  }
}
