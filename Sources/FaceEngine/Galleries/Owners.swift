internal import FaceTypes

/// Whose face each is, and the templates of those with several faces.
struct Owners {
  private(set) var identities: [FaceID: IdentityID] = [:]
  private var people: [IdentityID: Person] = [:]
  /// How many people have how many faces; kept up with `people` by `take` and `put`.
  private(set) var templates = TemplateCounts()
  let dimension: Int

  /// Most galleries hold many people with one face, whose template is that face: it is not kept twice.
  private enum Person {
    case one(FaceID)
    case several(IdentityTemplate)

    var faces: Int {
      switch self {
      case .one: 1
      case .several(let template): template.count
      }
    }
  }

  init(dimension: Int) { self.dimension = dimension }

  mutating func reserve(_ more: Int) { identities.reserveCapacity(identities.count + more) }

  mutating func note(_ face: FaceID, of identity: IdentityID) { identities[face] = identity }

  mutating func forget(_ face: FaceID) { identities.removeValue(forKey: face) }

  /// Takes a person out, to be put back changed: so no template is ever copied to be changed.
  private mutating func take(_ identity: IdentityID) -> Person? {
    let person = people.removeValue(forKey: identity)
    if let person { templates.add(person.faces, -1) }
    return person
  }

  private mutating func put(_ identity: IdentityID, _ person: Person) {
    people[identity] = person
    templates.add(person.faces)
  }

  /// The face of a person with one.
  func only(of identity: IdentityID) -> FaceID? {
    guard case .one(let face) = people[identity] else { return nil }
    return face
  }

  /// Takes a findable face into its person's template.
  ///
  /// - Parameter beside: `only(of: identity)` and its vector, which is nil when that face has been removed meanwhile.
  /// - Returns: false, and nothing is changed, when the person's only face is another by now.
  mutating func learn(
    _ face: FaceID, of identity: IdentityID, _ values: [Float], beside: (face: FaceID, vector: [Float]?)?
  ) -> Bool {
    switch take(identity) {
    case nil: put(identity, .one(face))
    case .one(let first):
      guard let beside, beside.face == first else {
        put(identity, .one(first))
        return false
      }
      guard let other = beside.vector else {
        put(identity, .one(face))
        return true
      }
      var template = IdentityTemplate(dimension: dimension)
      template.add(other)
      template.add(values)
      put(identity, .several(template))
    case .several(var template):
      template.add(values)
      put(identity, .several(template))
    }
    return true
  }

  /// Takes faces all at once, in this order.
  ///
  /// - Parameter vector: a face's; only asked for where a person has several. One that has none is left out.
  mutating func adopt(_ pairs: [(face: FaceID, identity: IdentityID)], _ vector: (FaceID) -> [Float]?) {
    reserve(pairs.count)
    for (face, identity) in pairs {
      identities[face] = identity
      guard people[identity] != nil else {
        put(identity, .one(face))
        continue
      }
      guard let values = vector(face) else {
        forget(face)
        continue
      }
      _ = learn(face, of: identity, values, beside: only(of: identity).map { ($0, vector($0)) })
    }
  }

  /// Takes a face out of its person's template that is findable no more.
  mutating func unlearn(_ face: FaceID, _ values: [Float]) {
    guard let identity = identities.removeValue(forKey: face) else { return }
    switch take(identity) {
    case nil: break
    case .one(let only): if only != face { put(identity, .one(only)) }
    case .several(var template):
      template.remove(values)
      if template.count > 0 { put(identity, .several(template)) }
    }
  }

  /// Gives faces to a person, with their vectors, in one step for whoever reads.
  ///
  /// - Parameter beside: `only(of: identity)` and its vector, as in `learn`.
  mutating func move(
    _ faces: [(face: FaceID, vector: [Float])], to identity: IdentityID, beside: (face: FaceID, vector: [Float]?)?
  ) {
    var beside = beside
    for (face, vector) in faces where identities[face] != identity {
      unlearn(face, vector)
      note(face, of: identity)
      _ = learn(face, of: identity, vector, beside: beside)
      if only(of: identity) == face { beside = (face, vector) }
    }
  }

  func isKnown(_ identity: IdentityID) -> Bool { people[identity] != nil }

  /// Numbers of the faces of some people.
  func faces(of some: Set<IdentityID>) -> Set<UInt64> {
    var faces: Set<UInt64> = []
    for (face, identity) in identities where some.contains(identity) { faces.insert(face.value) }
    return faces
  }

  /// The same as `templates`, of some people.
  func templates(of some: Set<IdentityID>) -> TemplateCounts {
    var counts = TemplateCounts()
    for identity in some { if let person = people[identity] { counts.add(person.faces) } }
    return counts
  }

  /// nil for a person with one face, and for nobody.
  func template(of identity: IdentityID) -> IdentityTemplate? {
    guard case .several(let template) = people[identity] else { return nil }
    return template
  }
}
