internal import FaceTypes

/// Whose face each is, where vectors are elsewhere: all that stays in memory of a face. Templates are made when they are needed.
struct ServedOwners {
  private(set) var identities: [FaceID: IdentityID] = [:]
  private var people: [IdentityID: Person] = [:]
  /// How many people have how many faces.
  private(set) var templates = TemplateCounts()
  /// The greatest number that was ever here.
  private(set) var last = FaceID(0)

  /// Most people of large galleries have one face: no array is kept for those.
  private enum Person {
    case one(FaceID)
    case several([FaceID])

    var faces: [FaceID] {
      switch self {
      case .one(let face): [face]
      case .several(let faces): faces
      }
    }
  }

  mutating func reserve(_ more: Int) { identities.reserveCapacity(identities.count + more) }

  /// Gives a face to somebody, whoever had it.
  mutating func put(_ face: FaceID, of identity: IdentityID) {
    guard identities[face] != identity else { return }
    remove(face)
    identities[face] = identity
    last = max(last, face)
    set(identity, faces(of: identity) + [face])
  }

  @discardableResult
  mutating func remove(_ face: FaceID) -> Bool {
    guard let identity = identities.removeValue(forKey: face) else { return false }
    set(identity, faces(of: identity).filter { $0 != face })
    return true
  }

  private mutating func set(_ identity: IdentityID, _ faces: [FaceID]) {
    if let before = people[identity] { templates.add(before.faces.count, -1) }
    templates.add(faces.count)
    people[identity] = faces.isEmpty ? nil : faces.count == 1 ? .one(faces[0]) : .several(faces)
  }

  /// In no order that means anything.
  func faces(of identity: IdentityID) -> [FaceID] { people[identity]?.faces ?? [] }

  /// The same as `templates`, of some people.
  func templates(of some: Set<IdentityID>) -> TemplateCounts {
    var counts = TemplateCounts()
    for identity in some { if let person = people[identity] { counts.add(person.faces.count) } }
    return counts
  }
}
