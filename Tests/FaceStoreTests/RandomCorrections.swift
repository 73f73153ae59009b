import FaceStore
import FaceTypes
import Testing

/// Random corrections and undoings, on the store and on the toy.
extension RandomOperationTests.Run {
  mutating func correct(_ id: GalleryID) async {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: await merge(id)
    case 1: await split(id)
    case 2: await move(id)
    default: await undo(id)
    }
  }

  private mutating func merge(_ id: GalleryID) async {
    let (from, into) = (anyIdentity(id), anyIdentity(id))
    do {
      let result = try await store.mergeIdentities(id, from, into: into)
      let change = toy.galleries[id]?.merge(from, into: into)
      #expect(result.moved == change?.faces && result.owner == into)
      toy.galleries[id]?.changes[result.change.number] = change
    } catch {
      let names = toy.galleries[id]?.names
      let isThere = names?[from] != nil && names?[into] != nil
      let codes: [StoreError.Code] = from == into ? [.invalidArgument, .notFound] : [.notFound]
      #expect(codes.contains(error.code) && (from == into || !isThere))
    }
  }

  /// Some faces of one identity, as a rule.
  private mutating func someFaces(_ id: GalleryID) -> [FaceID] {
    let first = anyFace(id)
    let owner = toy.galleries[id]?.faces[first]?.identity
    var others = owner.flatMap { toy.galleries[id]?.faces(of: $0) } ?? []
    if Int.random(in: 0..<6, using: &random) == 0 { others.append(anyFace(id)) }
    var faces = [first]
    for face in others where face != first && Bool.random(using: &random) { faces.append(face) }
    return faces.sorted()
  }

  private mutating func split(_ id: GalleryID) async {
    let (faces, new) = (someFaces(id), anyName())
    let known = toy.galleries[id]
    let owners = faces.map { known?.faces[$0]?.identity }
    let from = owners[0] ?? anyIdentity(id)
    let isTaken = known?.id(named: new.text) != nil
    let areTheirs = owners.allSatisfy { $0 == from }
    do {
      let result = try await store.splitIdentity(id, from, faces, as: new)
      #expect(!isTaken && areTheirs && result.moved == faces)
      let isFresh = toy.usedIdentities.insert(result.owner).inserted
      #expect(isFresh)
      toy.galleries[id]?.names[result.owner] = new.text
      let photographs = toy.galleries[id]?.move(faces, to: result.owner) ?? [:]
      toy.galleries[id]?.changes[result.change.number] = ToyChange(
        kind: .split, from: from, into: result.owner, newName: new.text, faces: faces, photographs: photographs)
    } catch {
      #expect(isTaken || !areTheirs || known == nil)
      let codes: [StoreError.Code] = [.alreadyExists, .invalidArgument, .notFound]
      #expect(codes.contains(error.code))
    }
  }

  private mutating func move(_ id: GalleryID) async {
    let (faces, into) = (someFaces(id), anyIdentity(id))
    let known = toy.galleries[id]
    let owners = Set(faces.map { known?.faces[$0]?.identity })
    let from = owners.first.flatMap { $0 }
    let isRight = known?.names[into] != nil && owners.count == 1 && from != nil && from != into
    do {
      let result = try await store.moveFaces(id, faces, to: into)
      #expect(isRight && result.moved == faces)
      let photographs = toy.galleries[id]?.move(faces, to: into) ?? [:]
      toy.galleries[id]?.changes[result.change.number] = ToyChange(
        kind: .move, from: from ?? into, into: into, faces: faces, photographs: photographs)
    } catch {
      #expect(!isRight)
      let codes: [StoreError.Code] = [.invalidArgument, .notFound]
      #expect(codes.contains(error.code))
    }
  }

  private mutating func undo(_ id: GalleryID) async {
    let number = toy.galleries[id]?.changes.keys.sorted().suffix(8).randomElement(using: &random) ?? 0
    let change = toy.galleries[id]?.changes[number]
    do {
      let result = try await store.undoChange(id, number)
      #expect(result.change.state == .undone)
      guard let change, var gallery = toy.galleries[id] else {
        Issue.record("a change that is not there was undone")
        return
      }
      let refusal = gallery.refusal(ofUndoing: change)
      #expect(refusal == nil)
      gallery.undo(change)
      toy.galleries[id] = gallery
      toy.galleries[id]?.changes[number]?.state = .undone
    } catch {
      let expected = change.flatMap { toy.galleries[id]?.refusal(ofUndoing: $0) } ?? .notFound
      #expect(error.code == expected)
    }
  }
}
