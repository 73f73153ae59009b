internal import FaceTypes

/// The faces that a search may return.
struct Selection: Sendable {
  let subset: IdentitySubset?
  let excluded: FaceID?

  func passes(_ face: FaceID, _ owners: ServedOwners) -> Bool {
    guard face != excluded, let owner = owners.identities[face] else { return false }
    return passes(owner)
  }

  private func passes(_ owner: IdentityID) -> Bool {
    switch subset {
    case nil: true
    case .only(let people): people.contains(owner)
    case .except(let people): !people.contains(owner)
    }
  }

  /// How many there are.
  func count(_ owners: ServedOwners) -> Int {
    var count = owners.identities.count
    switch subset {
    case nil: break
    case .only(let people): count = people.reduce(0) { $0 + owners.faces(of: $1).count }
    case .except(let people): for person in people { count -= owners.faces(of: person).count }
    }
    if let excluded, let owner = owners.identities[excluded], passes(owner) { count -= 1 }
    return count
  }

  /// All of them.
  func faces(_ owners: ServedOwners) -> [FaceID] {
    guard case .only(let people) = subset else {
      return owners.identities.filter { $0.key != excluded && passes($0.value) }.map(\.key)
    }
    return people.flatMap { owners.faces(of: $0) }.filter { $0 != excluded }
  }

  /// The identities that are compared.
  func templates(_ owners: ServedOwners) -> TemplateCounts {
    switch subset {
    case nil: owners.templates
    case .only(let people): owners.templates(of: people)
    case .except(let people): owners.templates - owners.templates(of: people)
    }
  }
}
