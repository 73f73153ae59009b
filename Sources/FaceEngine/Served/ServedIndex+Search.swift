package import FaceTypes

// A search asks the server for faces, adds those that are pending, and orders their people by template. Whatever the server leaves
// out is noticed, since it is known how many faces there are. Owners are looked up under the lock and never copied.

extension ServedIndex {
  /// Of so few faces each is compared with the store's vector, and the server is not asked.
  private static let few = 1_024
  /// Faces that an exact search reads from the store, where the server returns too few.
  private static let mostExact = 20_000
  /// Faces that the server is asked for at most, and with those that may have to be left out of its answer.
  private static let (mostWanted, mostAsked) = (4_096, 16_384)
  /// People that a filter names. For more of them several searches are made, or they are left out afterwards.
  private static let mostNamed = 4_096

  private typealias Found = (hits: [SearchHit], certainty: SearchCertainty, isAll: Bool)

  package func search(
    _ probe: Embedding, count: Int, excluding excluded: FaceID?, subset: IdentitySubset?
  ) throws(EngineError) -> NearestIdentities {
    let selection = Selection(subset: subset, excluded: excluded)
    var wanted = max(32, 8 * count)
    while true {
      let found = try faces(probe, wanted, selection)
      let people = try byTemplate(found.hits, probe, excluded)
      if people.count >= count || found.isAll || wanted >= Self.mostWanted {
        return NearestIdentities(
          identities: Array(people.prefix(count)), certainty: found.certainty,
          templates: withState { selection.templates($0.owners) })
      }
      wanted = min(4 * wanted, Self.mostWanted)
    }
  }

  /// The nearest faces, pending ones among them: never fewer than there are, up to `wanted`.
  private func faces(_ probe: Embedding, _ wanted: Int, _ selection: Selection) throws(EngineError) -> Found {
    let (expected, waiting, missing) = withState {
      (selection.count($0.owners), $0.pending.count, $0.missing)
    }
    if case .only = selection.subset, expected <= Self.few { return try exact(probe, selection) }
    try keeper.check(pending: waiting, missing: missing)
    // What was changed is not the server's to say.
    let pending = withState { $0.pending }
    let passing = withState { state in pending.filter { selection.passes($0.key, state.owners) } }
    let fromServer = min(wanted, expected - passing.count)
    var hits: [SearchHit] = []
    for isWide in [false, true] where hits.count < fromServer {
      let found = try ask(probe, wanted, selection, pending.count, isWide: isWide)
      hits = withState { state in
        found.filter { pending[$0.face] == nil && selection.passes($0.face, state.owners) }
      }
    }
    if hits.count < fromServer {
      keeper.doubt(self)
      guard expected <= Self.mostExact else { throw keeper.behind(expected - hits.count) }
      return try exact(probe, selection)
    }
    hits += try distances(probe, passing.keys.filter { passing[$0]?.embedding == nil })
    for (face, change) in passing {
      guard let embedding = change.embedding else { continue }
      hits.append(SearchHit(face: face, distance: embedding.squaredDistance(to: probe)))
    }
    let isAll = hits.count >= expected
    return (hits.sorted(by: Self.isNearer), isAll ? .exact : .approximate, isAll)
  }

  /// What the server finds, in one search or in several.
  ///
  /// - Parameter stale: faces among it that may have to be left out.
  private func ask(
    _ probe: Embedding, _ wanted: Int, _ selection: Selection, _ stale: Int, isWide: Bool
  ) throws(EngineError) -> [SearchHit] {
    var filters = [SearchQuestion.Filter.all]
    var more = isWide ? stale : min(stale, 64)
    switch selection.subset {
    case nil: break
    case .only(let people):
      let people = people.sorted()
      filters = stride(from: 0, to: people.count, by: Self.mostNamed).map {
        .of(Array(people[$0..<min($0 + Self.mostNamed, people.count)]))
      }
    case .except(let people) where people.count <= Self.mostNamed: filters = [.notOf(people.sorted())]
    case .except: more = Self.mostAsked
    }
    var hits: [SearchHit] = []
    for filter in filters {
      hits += try keeper.ask(
        SearchQuestion(
          probe: probe, count: min(wanted + more, Self.mostAsked), gallery: gallery, model: model, filter: filter,
          excluded: selection.excluded, isWide: isWide))
    }
    return hits
  }

  /// Every face that may be found, by the store's vectors.
  private func exact(_ probe: Embedding, _ selection: Selection) throws(EngineError) -> Found {
    let faces = withState { selection.faces($0.owners) }
    return (try distances(probe, faces).sorted(by: Self.isNearer), .exact, true)
  }

  private func distances(_ probe: Embedding, _ faces: [FaceID]) throws(EngineError) -> [SearchHit] {
    try embeddings(of: faces).map { SearchHit(face: $0, distance: $1.squaredDistance(to: probe)) }
  }

  private static func isNearer(_ a: SearchHit, _ b: SearchHit) -> Bool {
    (a.distance, a.face) < (b.distance, b.face)
  }

  /// The people of the faces, nearest template first. Templates are of the store's vectors.
  private func byTemplate(
    _ hits: [SearchHit], _ probe: Embedding, _ excluded: FaceID?
  ) throws(EngineError) -> [NearestIdentity] {
    // The nearest face of each, and all their faces where they have several.
    let found = withState { state in
      var found: [(nearest: NearestIdentity, faces: [FaceID])] = []
      var seen: Set<IdentityID> = []
      for hit in hits {
        guard let identity = state.owners.identities[hit.face], seen.insert(identity).inserted else { continue }
        let faces = state.owners.faces(of: identity).filter { $0 != excluded }.sorted()
        let nearest = NearestIdentity(identity: identity, face: hit.face, distance: hit.distance)
        found.append((nearest, faces.count > 1 ? faces : []))
      }
      return found
    }
    let vectors = try embeddings(of: found.flatMap(\.faces))
    return found.map { near, faces in
      let known = faces.compactMap { vectors[$0] }
      let distance =
        known.count > 1 ? IdentityTemplate(known, dimension: dimension).squaredDistance(to: probe) : nil
      return NearestIdentity(identity: near.identity, face: near.face, distance: distance ?? near.distance)
    }.sorted { ($0.distance, $0.identity) < ($1.distance, $1.identity) }
  }
}
