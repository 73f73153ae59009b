import FaceTraining
import FaceTypes
import Images
import Testing

/// Reports by group, on pictures and vectors whose answers are known.
@Suite struct GroupReportTests {
  private static func face(_ skin: Colour, nose: Double = 0) -> (picture: Image, landmarks: Landmarks) {
    let frame = FaceFrame(centre: Point(x: 56, y: 56), eyeMouthDistance: 30)
    var landmarks = FaceTemplate.landmarks.map { frame.point(right: $0.x, down: $0.y) }
    landmarks.nose.x += nose
    return (Image(width: 112, height: 112, colour: skin), landmarks)
  }

  @Test func conditionsAreMeasured() {
    let (light, straight) = Self.face(Colour(240, 200, 180))
    let (dark, turned) = Self.face(Colour(70, 45, 35), nose: 15)
    let (first, second) = (PictureConditions(of: straight, in: light), PictureConditions(of: turned, in: dark))
    #expect(first.brightness > 180 && second.brightness < 60)
    #expect(first.pose < 3 && second.pose > 25)
    #expect(first.typologyAngle > 41 && second.typologyAngle < -30)
    // A picture of one colour has no detail that a blur could take away.
    #expect(first.sharpness == 0)
  }

  @Test func groupsComeFromBandsAndLabels() throws {
    let (picture, landmarks) = Self.face(Colour(200, 170, 150))
    let conditions = (0..<100).map { _ in PictureConditions(of: landmarks, in: picture) }
    let table = try LabelTable(text: "file,age\n0,young\n1,old\n2,\n", name: "labels")
    let columns = table.columns((0..<100).map { String($0 % 3) })
    #expect(columns[0].attribute == "age" && columns[0].values[2] == nil && columns[0].values[3] == "young")
    let groups = try PictureGroups(conditions, labels: columns)
    #expect(groups.groups.filter { $0.attribute == "age" }.map(\.name) == ["old", "young"])
    #expect(groups.groups.filter { $0.attribute == "pose" }.map(\.name) == ["below 15°"])
    #expect(groups.unmeasured.count == 1 && groups.unmeasured[0].hasPrefix("sex"))
    for wrong in ["", "file\n", "name,age\n", "file,age\na\n"] {
      #expect(throws: TrainingError.self) { try LabelTable(text: wrong, name: "labels") }
    }
  }

  /// People whose pictures vary much along the first number and hardly along the second: what tells them apart is the
  /// second, and only a comparison that learned so sees it.
  private static func people(_ count: Int, seed: UInt64) -> (embeddings: [Embedding], identity: [Int]) {
    var random = RandomSource(seed: seed)
    func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + Float.random(in: 0..<1, using: &random) } }
    var (embeddings, identity) = ([Embedding](), [Int]())
    for person in 0..<count {
      let centre = [0.2 * normal(), normal(), normal()]
      for _ in 0..<4 {
        embeddings.append(
          Embedding(unit: [centre[0] + 3 * normal(), centre[1] + 0.1 * normal(), centre[2] + 0.1 * normal()]))
        identity.append(person)
      }
    }
    return (embeddings, identity)
  }

  @Test func jointBayesianLearnsWhatVaries() throws {
    let (training, identity) = Self.people(200, seed: 3)
    let model = try JointBayesian(training, identity: identity)
    let (asked, who) = Self.people(40, seed: 4)
    let coordinates = asked.map(model.coordinates)
    func accuracy(_ distance: (Int, Int) -> Double) -> Double {
      var pairs: [(distance: Float, same: Bool)] = []
      for a in asked.indices { for b in 0..<a { pairs.append((Float(distance(a, b)), who[a] == who[b])) } }
      return PairScores(pairs).balancedAccuracy()
    }
    let plain = accuracy { Double(asked[$0].squaredDistance(to: asked[$1])) }
    let learned = accuracy { model.distance(coordinates[$0], coordinates[$1]) }
    #expect(plain < 0.85 && learned > 0.95, "\(plain), \(learned)")
    #expect(throws: TrainingError.self) {
      try JointBayesian(Array(training.prefix(8)), identity: Array(identity.prefix(8)))
    }
  }

  @Test func principalComponentsKeepWhatVariesMost() throws {
    let (embeddings, _) = Self.people(100, seed: 5)
    let project = try PrincipalComponents(embeddings, count: 1)
    // The first number varies most: its sign is what is left.
    let (low, high) = (project(Embedding(unit: [-9, 0, 0])), project(Embedding(unit: [9, 0, 0])))
    #expect(low.dimension == 1 && abs(low.squaredDistance(to: high) - 4) < 1e-3)
    #expect(throws: TrainingError.self) { try PrincipalComponents(embeddings, count: 4) }
  }
}
