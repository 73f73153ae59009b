import FaceStore
import FaceTypes

/// A correction that the toy can take back.
struct ToyChange {
  let kind: ChangeRecord.Kind
  let from: IdentityID
  let into: IdentityID
  var formerName = ""
  var newName = ""
  var faces: [FaceID] = []
  /// The photographs of what moved: whether the receiver knew each, and whether the name that went was marked.
  var photographs: [[UInt8]: (wasKnown: Bool, leftMark: Bool)] = [:]
  var state = ChangeRecord.State.inForce
}

extension ToyStore.Gallery {
  func mark(_ name: String, _ photograph: [UInt8]) -> [UInt8] { Array(name.utf8) + [0xff] + photograph }

  /// Moves faces with their photographs.
  mutating func move(_ moving: [FaceID], to into: IdentityID) -> [[UInt8]: (wasKnown: Bool, leftMark: Bool)] {
    guard let first = moving.first, let from = faces[first]?.identity else { return [:] }
    var known: [[UInt8]: (wasKnown: Bool, leftMark: Bool)] = [:]
    for (photograph, there) in photographs[from] ?? [:] {
      let going = there.intersection(moving)
      guard !going.isEmpty else { continue }
      known[photograph] = (photographs[into]?[photograph] != nil, false)
      photographs[from]?[photograph]?.subtract(going)
      photographs[into, default: [:]][photograph, default: []].formUnion(going)
    }
    for face in moving { faces[face]?.identity = into }
    return known
  }

  mutating func merge(_ from: IdentityID, into: IdentityID) -> ToyChange {
    var change = ToyChange(kind: .merge, from: from, into: into, formerName: names[from] ?? "", faces: faces(of: from))
    let moved = move(change.faces, to: into)
    for photograph in (photographs.removeValue(forKey: from) ?? [:]).keys {
      let wasKnown = moved[photograph]?.wasKnown ?? (photographs[into]?[photograph] != nil)
      photographs[into, default: [:]][photograph, default: []].formUnion([])
      let isNew = deleted.insert(mark(change.formerName, photograph)).inserted
      change.photographs[photograph] = (wasKnown, isNew)
    }
    names[from] = nil
    return change
  }

  /// What undoing the change should throw, or nil.
  func refusal(ofUndoing change: ToyChange) -> StoreError.Code? {
    guard change.state == .inForce, names[change.into] != nil else { return .failedPrecondition }
    if change.kind == .rename {
      if names[change.into] != change.newName { return .failedPrecondition }
      return id(named: change.formerName).map { $0 == change.into } ?? true ? nil : .alreadyExists
    }
    guard change.faces.allSatisfy({ faces[$0].map { $0.identity == change.into } ?? true }) else {
      return .failedPrecondition
    }
    if change.kind == .merge { return id(named: change.formerName) == nil ? nil : .alreadyExists }
    return names[change.from] == nil ? .failedPrecondition : nil
  }

  mutating func undo(_ change: ToyChange) {
    if change.kind == .rename {
      names[change.into] = change.formerName
      return
    }
    if change.kind == .merge { names[change.from] = change.formerName }
    _ = move(change.faces.filter { faces[$0] != nil }, to: change.from)
    for (photograph, it) in change.photographs {
      photographs[change.from, default: [:]][photograph, default: []].formUnion([])
      if !it.wasKnown, photographs[change.into]?[photograph]?.isEmpty == true {
        photographs[change.into]?[photograph] = nil
      }
      if it.leftMark { deleted.remove(mark(change.formerName, photograph)) }
    }
    if change.kind == .split, faces(of: change.into).isEmpty, names[change.into] == change.newName {
      names[change.into] = nil
      photographs[change.into] = nil
    }
  }

  /// What the deletion of an identity takes out of the history.
  mutating func eraseHistory(of identity: IdentityID) {
    var (pending, gone) = ([identity], Set([identity]))
    while let next = pending.popLast() {
      for (number, change) in changes where change.state == .inForce && [change.from, change.into].contains(next) {
        changes[number]?.state = .erased
        for other in [change.from, change.into] where names[other] == nil && gone.insert(other).inserted {
          pending.append(other)
        }
      }
    }
  }
}
