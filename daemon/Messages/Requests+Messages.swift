import FaceAPI
import FaceEngine
import FaceTypes

// From the messages of the API to the engine's requests; what is missing or wrong is said here.

extension EnrollRequest {
  init(_ message: Faced_V1_EnrollRequest) throws {
    let target: (gallery: GalleryID, identity: IdentityReference)
    switch message.target {
    case .displayName(let name):
      target = (
        try inField("gallery", try ResourceName.parseGallery(message.gallery)),
        .named(try inField("display_name", try DisplayName(name)))
      )
    case .identity(let name):
      target = try inField("identity", try ResourceName.parseIdentity(name))
      guard message.gallery.isEmpty || message.gallery == ResourceName.gallery(target.gallery) else {
        throw Failure.invalidArgument("identity '\(name)' is not of gallery '\(message.gallery)'", field: "gallery")
      }
    case nil:
      throw Failure.invalidArgument("set display_name or identity", field: "display_name")
    }
    guard message.source.utf8.count <= RequestLimits.sourceBytes else {
      throw Failure.invalidArgument("source has at most \(RequestLimits.sourceBytes) bytes", field: "source")
    }
    self.init(
      gallery: target.gallery, identity: target.identity, photo: [UInt8](message.photo),
      selection: try FaceSelection(message.selection, otherwise: .single),
      requestID: message.requestID.isEmpty ? nil : message.requestID,
      source: message.source.isEmpty ? nil : message.source, again: message.again)
    force = message.force
    if message.hasMinimumFace { minimumFace = try MinimumFace(message.minimumFace) }
    if message.hasBox {
      let given = message.box
      guard given.width > 0, given.height > 0, [given.x, given.y, given.width, given.height].allSatisfy(\.isFinite)
      else {
        throw Failure.invalidArgument("a box has finite numbers, and a width and height above 0", field: "box")
      }
      box = Box(x: given.x, y: given.y, width: given.width, height: given.height)
    }
    guard message.hasVector else { return }
    guard message.photo.isEmpty else {
      throw Failure.invalidArgument("enroll one thing: a photograph, or a vector", field: "vector")
    }
    vector = try OutsideVector(message.vector, of: message.model)
  }
}

extension IdentifyRequest {
  init(_ message: Faced_V1_IdentifyRequest) throws {
    let gallery = try inField("gallery", try ResourceName.parseGallery(message.gallery))
    var threshold: ThresholdWish?
    if message.hasFalsePositiveRate { threshold = .falsePositiveRate(message.falsePositiveRate) }
    if message.hasThreshold { threshold = .distance(message.threshold) }
    self.init(
      gallery: gallery, probe: try Probe(message, gallery),
      maximumCandidates: message.maxCandidates == 0 ? 5 : Int(message.maxCandidates), threshold: threshold)
    only =
      try message.identities.map { try IdentityReference($0, in: gallery, field: "identities") }
      + message.displayNames.map { name in .named(try inField("display_names", try DisplayName(name))) }
    if message.hasMinimumFace { minimumFace = try MinimumFace(message.minimumFace) }
    labels = try inField("labels", try IdentityLabels(message.labels))
    except =
      try message.excludedIdentities.map { try IdentityReference($0, in: gallery, field: "excluded_identities") }
      + message.excludedDisplayNames.map { name in
        .named(try inField("excluded_display_names", try DisplayName(name)))
      }
  }
}

extension IdentifyRequest.Probe {
  fileprivate init(_ message: Faced_V1_IdentifyRequest, _ gallery: GalleryID) throws {
    let hasPhoto = !message.photo.isEmpty || !message.morePhotos.isEmpty
    let given = [hasPhoto, !message.vectors.isEmpty, !message.face.isEmpty].count { $0 }
    guard given <= 1 else {
      throw Failure.invalidArgument("ask about one thing: photographs, vectors, or an enrolled face", field: "photo")
    }
    if !message.vectors.isEmpty {
      guard !message.model.isEmpty else {
        throw Failure.invalidArgument("name the model that made the vectors: set model", field: "model")
      }
      self = .vectors(
        message.vectors.map(\.values),
        try ModelID(hex: try inField("model", try ResourceName.parseModel(message.model))))
    } else if !message.face.isEmpty {
      let (parent, face) = try inField("face", try ResourceName.parseFace(message.face))
      guard parent == gallery else {
        throw Failure.invalidArgument("face '\(message.face)' is not of gallery '\(gallery)'", field: "face")
      }
      self = .face(face)
    } else if message.morePhotos.isEmpty {
      self = .photo([UInt8](message.photo), try FaceSelection(message.selection, otherwise: .all))
    } else {
      self = .person(
        ([message.photo] + message.morePhotos).map { [UInt8]($0) },
        try FaceSelection(message.selection, otherwise: .single))
    }
  }
}

extension IdentityReference {
  /// - Parameter name: a resource name.
  fileprivate init(_ name: String, in gallery: GalleryID, field: String) throws {
    let (parent, identity) = try inField(field, try ResourceName.parseIdentity(name))
    guard parent == gallery else {
      throw Failure.invalidArgument("identity '\(name)' is not of gallery '\(gallery)'", field: field)
    }
    self = identity
  }
}

extension VerifyRequest {
  init(_ message: Faced_V1_VerifyRequest) throws {
    let claim: Claim
    switch message.claim {
    case .identity(let name):
      let (gallery, identity) = try inField("identity", try ResourceName.parseIdentity(name))
      guard message.gallery.isEmpty || message.gallery == ResourceName.gallery(gallery) else {
        throw Failure.invalidArgument(
          "identity '\(name)' is not of gallery '\(message.gallery)'", field: "gallery")
      }
      claim = .identity(gallery, identity)
    case .displayName(let name):
      claim = .identity(
        try inField("gallery", try ResourceName.parseGallery(message.gallery)),
        .named(try inField("display_name", try DisplayName(name))))
    case .otherPhoto(let bytes):
      claim = .photo([UInt8](bytes))
    case nil:
      throw Failure.invalidArgument(
        "name what to compare with: set identity, display_name or other_photo", field: "identity")
    }
    self.init(
      photo: [UInt8](message.photo), claim: claim,
      selection: try FaceSelection(message.selection, otherwise: .single),
      falseAcceptRate: message.hasFalseAcceptRate ? message.falseAcceptRate : nil)
    if message.hasMinimumFace { minimumFace = try MinimumFace(message.minimumFace) }
    guard message.hasVector else { return }
    guard message.photo.isEmpty, case .identity = claim else {
      throw Failure.invalidArgument(
        "a vector replaces the photograph, and can only be compared with an identity", field: "vector")
    }
    vector = try OutsideVector(message.vector, of: message.model)
  }
}

extension OutsideVector {
  /// - Parameter name: the model's resource name, which is required.
  fileprivate init(_ vector: Faced_V1_Vector, of name: String) throws {
    guard !name.isEmpty else {
      throw Failure.invalidArgument("name the model that made the vector: set model", field: "model")
    }
    self.init(vector.values, of: try ModelID(hex: try inField("model", try ResourceName.parseModel(name))))
  }
}

extension MinimumFace {
  init(_ message: Faced_V1_MinimumFace) throws {
    switch message.size {
    case .pixels(let pixels): self = .pixels(Double(pixels))
    case .share(let share): self = .share(share)
    case nil: throw Failure.invalidArgument("set how small: pixels or share", field: "minimum_face")
    }
  }
}

extension FaceSelection {
  init(_ selection: Faced_V1_FaceSelection, otherwise: FaceSelection) throws {
    switch selection {
    case .unspecified: self = otherwise
    case .single: self = .single
    case .largest: self = .largest
    case .all: self = .all
    case .dominant: self = .dominant
    case .UNRECOGNIZED(let number):
      throw Failure.invalidArgument(
        "there is no face selection \(number): use SINGLE, LARGEST, ALL or DOMINANT", field: "selection")
    }
  }
}
