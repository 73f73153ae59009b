import FaceTraining
import FaceTypes
import Testing

@Suite struct DataTests {
  /// Identity sizes: 40 people of one picture, 40 of three, 40 of six, 20 of twenty; then 50 without a label.
  static let identity: [Int] = {
    var identity: [Int] = []
    for (people, pictures) in [(40, 1), (40, 3), (40, 6), (20, 20)] {
      for _ in 0..<people {
        let next = (identity.max() ?? -1) + 1
        identity += [Int](repeating: next, count: pictures)
      }
    }
    return identity + [Int](repeating: -1, count: 50)
  }()

  static let split = IdentitySplit(identity: identity, share: 0.05, seed: 9)

  @Test func nobodyTrainsAndValidates() {
    let split = Self.split
    let training = Set(split.training.joined().map { Self.identity[$0] })
    let validation = Set(split.validation.joined().map { Self.identity[$0] })
    #expect(training.isDisjoint(with: validation))
    #expect(training.count + validation.count == 140)
    #expect(split.unlabelled.count == 50)
    #expect(split.training.joined().count + split.validation.joined().count + 50 == Self.identity.count)
  }

  @Test func everySizeGivesItsShareToValidation() {
    #expect(Self.split.validation.map(\.count).sorted() == [1, 1, 3, 3, 6, 6, 20])
    let again = IdentitySplit(identity: Self.identity, share: 0.05, seed: 9)
    #expect(again.validation == Self.split.validation)
    #expect(IdentitySplit(identity: Self.identity, share: 0.05, seed: 10).validation != Self.split.validation)
  }

  static func plan() throws -> Recipe.Batch {
    try Recipe(json: Array(RecipeTests.text.utf8)).batch
  }

  @Test func aBatchHasIdentitiesAndRandomNegatives() throws {
    let plan = try Self.plan()
    let sampler = try BatchSampler(split: Self.split, plan: plan, seed: 4)
    let validation = Set(Self.split.validation.joined())
    for step in 0..<50 {
      let faces = sampler.faces(step: step)
      #expect(faces.count == plan.size)
      #expect(Set(faces.map(\.picture)).count == faces.count)
      #expect(validation.isDisjoint(with: faces.map(\.picture)))
      for face in faces {
        // Equal labels are one person; those without a label have one each.
        let others = faces.filter { $0.label == face.label }
        #expect(Set(others.map { Self.identity[$0.picture] }).count == 1)
        if Self.identity[face.picture] < 0 { #expect(others.count == 1) }
      }
      #expect(faces == sampler.faces(step: step))
    }
    #expect(sampler.faces(step: 0) != sampler.faces(step: 1))
  }

  @Test func everyIdentityWithTwoPicturesComesUp() throws {
    let plan = try Self.plan()
    let sampler = try BatchSampler(split: Self.split, plan: plan, seed: 4)
    var seen: [Int: Int] = [:]
    for step in 0..<60 {
      for face in sampler.faces(step: step) where Self.identity[face.picture] >= 0 { seen[face.label, default: 0] += 1 }
    }
    for (label, pictures) in Self.split.training.enumerated() where pictures.count > 1 {
      #expect(seen[label, default: 0] >= 2, "identity \(label)")
    }
  }

  @Test func tooLittleDataIsRefused() throws {
    let plan = try Self.plan()
    let split = IdentitySplit(identity: [0, 0, 1, 2], share: 0.05, seed: 1)
    #expect(throws: TrainingError.self) { try BatchSampler(split: split, plan: plan, seed: 1) }
  }

  @Test func landmarkTablesAreChecked() throws {
    let header = "file,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,rm_x,rm_y,lm_x,lm_y\n"
    let table = try LandmarkTable(csv: Array("\(header)a/1.jpg,1,2,3,2,2,3,1,6,3,6\r\n".utf8), name: "x")
    #expect(table.files == ["a/1.jpg"])
    #expect(table.landmarks[0].rightEye.x == 1 && table.landmarks[0].leftMouth.y == 6)
    let wrong = [
      "a/1.jpg,1,2,3", "a/1.jpg,1,2,3,2,2,3,1,6,3,six", "a/1.jpg,1,2,3,2,2,3,1,6,3,nan", ",1,2,3,2,2,3,1,6,3,6",
      "a,1,2,3,2,2,3,1,6,3,6\na,1,2,3,2,2,3,1,6,3,6",
    ]
    for line in wrong {
      #expect(throws: TrainingError.self) { try LandmarkTable(csv: Array((header + line).utf8), name: "x") }
    }
  }
}
