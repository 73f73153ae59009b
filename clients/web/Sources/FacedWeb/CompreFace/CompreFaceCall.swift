import FaceAPI
import Foundation
import Hummingbird
import SwiftProtobuf

/// CompreFace's verbs by the daemon's: one request's, with its caller's token.
struct CompreFaceCall {
  let daemon: Daemon
  let token: String?
  let gallery: String

  private typealias Galleries = Faced_V1_GalleryService.Method
  private typealias Recognition = Faced_V1_RecognitionService.Method
  private var parent: String { "galleries/\(gallery)" }

  // Subjects

  func subjects() async throws -> Subjects { Subjects(subjects: try await identities().map(\.displayName)) }

  func addSubject(_ body: SubjectBody) async throws -> SubjectBody {
    let made: Faced_V1_Identity = try await daemon.call(
      Galleries.CreateIdentity.descriptor,
      Faced_V1_CreateIdentityRequest.with {
        $0.parent = parent
        $0.displayName = body.subject
      }, as: token)
    return SubjectBody(subject: made.displayName)
  }

  func rename(_ subject: String, _ body: SubjectBody) async throws -> Updated {
    let identity = try await identity(subject)
    let _: Faced_V1_Identity = try await daemon.call(
      Galleries.RenameIdentity.descriptor,
      Faced_V1_RenameIdentityRequest.with {
        $0.name = identity.name
        $0.displayName = body.subject
      }, as: token)
    return Updated(updated: "true")
  }

  func deleteSubject(_ subject: String) async throws -> SubjectBody {
    try await delete(try await identity(subject))
    return SubjectBody(subject: subject)
  }

  func deleteAllSubjects() async throws -> Deleted {
    let all = try await identities()
    for identity in all { try await delete(identity) }
    return Deleted(deleted: all.count)
  }

  // Examples

  func examples(subject: String?, _ page: (number: Int, size: Int)) async throws -> Examples {
    let names = Dictionary(
      try await identities().map { ($0.name, $0.displayName) }, uniquingKeysWith: { first, _ in first })
    let all =
      try await faces(of: subject.map { name in names.first { $0.value == name }?.key ?? "" })
      .map { Example(imageId: ImageID(resource: $0.name), subject: names[$0.identity] ?? "") }
    let start = min(page.number * page.size, all.count)
    return Examples(
      faces: Array(all[start..<min(start + page.size, all.count)]), pageNumber: page.number, pageSize: page.size,
      totalPages: (all.count + page.size - 1) / page.size, totalElements: all.count)
  }

  func addExample(subject: String?, _ photo: Data) async throws -> Example {
    guard let subject else { throw CompreFaceFailure.missing("subject") }
    let answer: Faced_V1_EnrollResponse = try await daemon.call(
      Recognition.Enroll.descriptor,
      Faced_V1_EnrollRequest.with {
        $0.gallery = parent
        $0.displayName = subject
        $0.photo = photo
        $0.source = "compreface"
      }, as: token)
    return Example(
      imageId: ImageID(resource: answer.faces.first?.name ?? ""), subject: answer.identity.displayName)
  }

  func deleteExamples(subject: String?) async throws -> Deleted {
    let identity: String? = if let subject { try await self.identity(subject).name } else { nil }
    let all = try await faces(of: identity)
    for face in all { try await delete(face: face.name) }
    return Deleted(deleted: all.count)
  }

  func deleteExamples(_ images: [ImageID]) async throws -> [Example] {
    var gone: [Example] = []
    for image in images { gone.append(try await deleteExample(image)) }
    return gone
  }

  func deleteExample(_ image: ImageID) async throws -> Example {
    let (face, owner) = try await example(image)
    try await delete(face: face.name)
    return Example(imageId: image, subject: owner.displayName)
  }

  func picture(_ image: ImageID) async throws -> Response {
    let crop: Faced_V1_FaceCrop = try await daemon.call(
      Galleries.GetFaceCrop.descriptor, Faced_V1_GetFaceCropRequest.with { $0.name = "\(parent)/faces/\(image.face)" },
      as: token)
    return Response(
      status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: crop.image)))
  }

  // Recognition

  func recognize(_ photo: Data, _ options: CompreFaceRequest.Options) async throws -> Results<RecognizedFace> {
    let answer: Faced_V1_IdentifyResponse = try await daemon.call(
      Recognition.Identify.descriptor,
      Faced_V1_IdentifyRequest.with {
        $0.gallery = parent
        $0.photo = photo
        $0.maxCandidates = Int32(options.predictionCount)
      }, as: token)
    let faces = answer.faces.filter { $0.quality.confidence >= options.detectionThreshold }
    return Results(
      result: try limited(faces, options).map { face in
        RecognizedFace(
          box: PixelBox(face.box, score: face.quality.confidence),
          subjects: face.candidates.map {
            .init(subject: $0.displayName, similarity: Similarity.of($0.distance, threshold: face.threshold))
          })
      })
  }

  func detect(_ photo: Data, _ options: CompreFaceRequest.Options) async throws -> Results<FoundFace> {
    let faces = try await found(photo).filter { $0.quality.confidence >= options.detectionThreshold }
    return Results(result: try limited(faces, options).map { FoundFace($0, plugins: options.plugins) })
  }

  /// The largest face of a photograph against the subject of an example.
  func verify(
    _ image: ImageID, _ photo: Data, _ options: CompreFaceRequest.Options
  ) async throws -> Results<VerifiedFace> {
    let (_, owner) = try await example(image)
    guard let face = try await found(photo).first else { throw CompreFaceFailure.noFace }
    let answer: Faced_V1_VerifyResponse = try await daemon.call(
      Recognition.Verify.descriptor,
      Faced_V1_VerifyRequest.with {
        $0.gallery = parent
        $0.photo = photo
        $0.selection = .largest
        $0.identity = owner.name
      }, as: token)
    return Results(result: [
      VerifiedFace(
        box: PixelBox(face.box, score: face.quality.confidence),
        similarity: Similarity.of(answer.distance, threshold: answer.threshold), subject: owner.displayName)
    ])
  }

  /// The largest face of one photograph against the largest of another.
  func verify(
    source: Data, target: Data, _ options: CompreFaceRequest.Options
  ) async throws -> Results<VerifiedPair> {
    guard let one = try await found(source).first, let other = try await found(target).first else {
      throw CompreFaceFailure.noFace
    }
    let answer: Faced_V1_VerifyResponse = try await daemon.call(
      Recognition.Verify.descriptor,
      Faced_V1_VerifyRequest.with {
        $0.photo = source
        $0.otherPhoto = target
        $0.selection = .largest
      }, as: token)
    return Results(result: [
      VerifiedPair(
        sourceImageFace: FoundFace(one, plugins: options.plugins),
        faceMatches: [
          VerifiedFace(
            box: PixelBox(other.box, score: other.quality.confidence),
            similarity: Similarity.of(answer.distance, threshold: answer.threshold))
        ])
    ])
  }

  // Parts

  private func limited<Face>(_ faces: [Face], _ options: CompreFaceRequest.Options) throws -> [Face] {
    guard !faces.isEmpty else { throw CompreFaceFailure.noFace }
    return options.limit > 0 ? Array(faces.prefix(options.limit)) : faces
  }

  private func found(_ photo: Data) async throws -> [Faced_V1_DetectedFace] {
    let answer: Faced_V1_DetectResponse = try await daemon.call(
      Recognition.Detect.descriptor, Faced_V1_DetectRequest.with { $0.photo = photo }, as: token)
    return answer.faces
  }

  private func identity(_ subject: String) async throws -> Faced_V1_Identity {
    guard let known = try await identities().first(where: { $0.displayName == subject }) else {
      throw CompreFaceFailure.subjectNotFound
    }
    return known
  }

  private func example(_ image: ImageID) async throws -> (Faced_V1_Face, Faced_V1_Identity) {
    let face: Faced_V1_Face = try await daemon.call(
      Galleries.GetFace.descriptor, Faced_V1_GetFaceRequest.with { $0.name = "\(parent)/faces/\(image.face)" },
      as: token)
    let owner: Faced_V1_Identity = try await daemon.call(
      Galleries.GetIdentity.descriptor, Faced_V1_GetIdentityRequest.with { $0.name = face.identity }, as: token)
    return (face, owner)
  }

  private func identities() async throws -> [Faced_V1_Identity] {
    var all: [Faced_V1_Identity] = []
    var next = ""
    repeat {
      let page: Faced_V1_ListIdentitiesResponse = try await daemon.call(
        Galleries.ListIdentities.descriptor,
        Faced_V1_ListIdentitiesRequest.with {
          $0.parent = parent
          $0.pageSize = 1000
          $0.pageToken = next
        }, as: token)
      all += page.identities
      next = page.nextPageToken
    } while !next.isEmpty
    return all
  }

  /// - Parameter identity: a resource name; nil for the whole gallery, empty for nobody.
  private func faces(of identity: String?) async throws -> [Faced_V1_Face] {
    if identity == "" { return [] }
    var all: [Faced_V1_Face] = []
    var next = ""
    repeat {
      let page: Faced_V1_ListFacesResponse = try await daemon.call(
        Galleries.ListFaces.descriptor,
        Faced_V1_ListFacesRequest.with {
          $0.parent = identity ?? parent
          $0.pageSize = 1000
          $0.pageToken = next
        }, as: token)
      all += page.faces
      next = page.nextPageToken
    } while !next.isEmpty
    return all
  }

  private func delete(_ identity: Faced_V1_Identity) async throws {
    let _: Google_Protobuf_Empty = try await daemon.call(
      Galleries.DeleteIdentity.descriptor, Faced_V1_DeleteIdentityRequest.with { $0.name = identity.name }, as: token)
  }

  private func delete(face: String) async throws {
    let _: Google_Protobuf_Empty = try await daemon.call(
      Galleries.DeleteFace.descriptor, Faced_V1_DeleteFaceRequest.with { $0.name = face }, as: token)
  }
}
