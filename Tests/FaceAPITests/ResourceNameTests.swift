import FaceAPI
import FaceTypes
import Testing

@Suite struct ResourceNameTests {
  @Test func writtenNamesAreReadBack() throws {
    let gallery = try GalleryID("front-door")
    #expect(try ResourceName.parseGallery(ResourceName.gallery(gallery)) == gallery)
    let identity = try ResourceName.parseIdentity(ResourceName.identity(IdentityID(7), in: gallery))
    #expect(identity.0 == gallery && identity.1 == .id(IdentityID(7)))
    let face = try ResourceName.parseFace(ResourceName.face(FaceID(9), in: gallery))
    #expect(face.0 == gallery && face.1 == FaceID(9))
    #expect(try ResourceName.parseReindexJob(ResourceName.reindexJob(3)) == 3)
    let model = try ModelID(hex: String(repeating: "0a", count: 32))
    #expect(try ResourceName.parseModel(ResourceName.model(model)) == model.hex)
  }

  @Test func anEmptyGalleryIsTheDefault() throws {
    #expect(try ResourceName.parseGallery("") == .default)
  }

  @Test func aDisplayNameStandsForItsIdentity() throws {
    let (_, identity) = try ResourceName.parseIdentity("galleries/default/identities/Ada Lovelace")
    #expect(identity == .named(try DisplayName("Ada Lovelace")))
  }

  @Test func latestIsAJobWithoutANumber() throws {
    #expect(try ResourceName.parseReindexJob("reindexJobs/latest") == nil)
  }

  @Test(arguments: [
    "galleries", "galleries/", "galleries/A", "gallery/a", "galleries/a/", "galleries/a/b", "galleries/-a",
    "galleries/\(String(repeating: "a", count: 64))", "/galleries/a",
  ])
  func aWrongGalleryIsRefused(_ name: String) {
    #expect(throws: InvalidName.self) { try ResourceName.parseGallery(name) }
  }

  @Test(arguments: ["models/XYZ", "models/ABCDEF", "models/\(String(repeating: "a", count: 65))", "models/"])
  func aWrongModelIsRefused(_ name: String) {
    #expect(throws: InvalidName.self) { try ResourceName.parseModel(name) }
  }

  @Test(arguments: ["galleries/a/faces/x", "galleries/a/faces/-1", "galleries/a/faces/", "galleries/a/faces/1/2"])
  func aWrongFaceIsRefused(_ name: String) {
    #expect(throws: InvalidName.self) { try ResourceName.parseFace(name) }
  }

  @Test(arguments: ["", " ", "a/b", "a\u{0}b", "a\nb", String(repeating: "é", count: 101)])
  func aWrongDisplayNameIsRefused(_ name: String) {
    #expect(throws: InvalidName.self) { try DisplayName(name) }
  }
}
