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

    var count: Int {
      switch self {
      case .one: 1
      case .several(let faces): faces.count
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
    switch take(identity) {
    case nil: set(identity, .one(face))
    case .one(let first): set(identity, .several([first, face]))
    case .several(var faces):
      faces.append(face)
      set(identity, .several(faces))
    }
  }

  @discardableResult
  mutating func remove(_ face: FaceID) -> Bool {
    guard let identity = identities.removeValue(forKey: face) else { return false }
    guard case .several(var faces) = take(identity) else { return true }
    faces.removeAll { $0 == face }
    set(identity, faces.count == 1 ? .one(faces[0]) : .several(faces))
    return true
  }

  /// Takes a person out, to be put back changed: so no array is copied to be changed.
  private mutating func take(_ identity: IdentityID) -> Person? {
    let person = people.removeValue(forKey: identity)
    if let person { templates.add(person.count, -1) }
    return person
  }

  private mutating func set(_ identity: IdentityID, _ person: Person) {
    people[identity] = person
    templates.add(person.count)
  }

  /// In no order that means anything.
  func faces(of identity: IdentityID) -> [FaceID] { people[identity]?.faces ?? [] }

  /// The same as `templates`, of some people.
  func templates(of some: Set<IdentityID>) -> TemplateCounts {
    var counts = TemplateCounts()
    for identity in some { if let person = people[identity] { counts.add(person.count) } }
    return counts
  }
}
