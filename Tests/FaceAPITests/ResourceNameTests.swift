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

  /// A client writes what was typed; whoever reads the name says what is wrong with it.
  @Test func whatIsTypedIsWrittenAsItIs() throws {
    let face = try ResourceName.parseFace(ResourceName.face(FaceID(9), in: "front-door"))
    #expect(face.0.name == "front-door" && face.1 == FaceID(9))
    let change = try ResourceName.parseChange(ResourceName.change(4, in: "front-door"))
    #expect(change.0.name == "front-door" && change.1 == 4)
    #expect(try ResourceName.parseReindexJob(ResourceName.reindexJob("latest")) == nil)
    #expect(try ResourceName.parseModel(ResourceName.model("0a1b2c")) == "0a1b2c")
    #expect(throws: InvalidName.self) { try ResourceName.parseGallery(ResourceName.gallery("Front Door")) }
    #expect(throws: InvalidName.self) {
      try ResourceName.parseIdentity(ResourceName.identity(IdentityID(7), in: "front/door"))
    }
  }

  @Test func anEmptyGalleryIsTheDefault() throws {
    #expect(try ResourceName.parseGallery("") == .default)
  }

  /// One string never stands for two things: a resource name holds a number as the server writes it.
  @Test(arguments: ["Ada Lovelace", "007", "+5", "-1", "#7", "", "18446744073709551616", "\u{301}a"])
  func aResourceNameHoldsNoDisplayName(_ name: String) {
    #expect(throws: InvalidName.self) { try ResourceName.parseIdentity("galleries/default/identities/\(name)") }
  }

  @Test func whatIsTypedIsANameUnlessItIsMarkedAsANumber() throws {
    #expect(try IdentityReference(typed: "#124") == .id(IdentityID(124)))
    for name in ["124", "007", "+5", "#", "#a", "##1", "#+5", "\u{301}a"] {
      #expect(try IdentityReference(typed: name) == .named(DisplayName(name)))
    }
    #expect(throws: InvalidName.self) { try IdentityReference(typed: "#18446744073709551616") }
  }

  /// Letters composed or not, spaces of any kind, and marks that nobody sees.
  @Test(arguments: ["Rene\u{301}e B", " Ren\u{E9}e  B ", "Ren\u{E9}e\u{A0}B", "\u{FEFF}Ren\u{E9}e B\u{200B}\u{202E}"])
  func whatLooksTheSameIsTheSame(_ name: String) throws {
    #expect(Array(try DisplayName(name).text.unicodeScalars) == Array("Ren\u{E9}e B".unicodeScalars))
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

  @Test(arguments: [
    "", " ", "\u{200B}", "a/b", "a/\u{301}b", "a\u{0}b", "a\nb", "#7", String(repeating: "é", count: 101),
  ])
  func aWrongDisplayNameIsRefused(_ name: String) {
    #expect(throws: InvalidName.self) { try DisplayName(name) }
  }
}
