import Dispatch
import FaceEngine
import FaceTypes
import TestNumbers
import Testing

/// Searching for people by their templates.
@Suite struct GalleryIndexTests {
  static let dimension = 16
  /// What the index's rounding of vectors can make of a squared distance.
  static let slack: Float = 2e-4

  /// Unit vectors about a person's own direction.
  static func face(of person: Int, _ random: inout some RandomNumberGenerator) -> Embedding {
    var own = SeededGenerator(seed: UInt64(person) + 1)
    let values = (0..<dimension).map { _ in
      Float.random(in: -1...1, using: &own) + Float.random(in: -0.7...0.7, using: &random)
    }
    return unit(values)
  }

  static func unit(_ values: [Float]) -> Embedding {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Embedding(unit: values.map { $0 / length })
  }

  /// The mean of the faces at length 1, worked out anew.
  static func distance(_ probe: Embedding, _ faces: [Embedding]) -> Float {
    probe.squaredDistance(to: unit((0..<dimension).map { place in faces.reduce(0) { $0 + $1.values[place] } }))
  }

  /// Faces come and go at random; after each few changes every distance is that of a plain calculation.
  @Test func distancesAreThoseOfTheMeans() throws {
    var random = SeededGenerator(seed: 5)
    let index = GalleryIndex(dimension: Self.dimension)
    var known: [(face: FaceID, person: Int, embedding: Embedding)] = []
    for step in 0..<600 {
      if known.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
        let person = Int.random(in: 0..<12, using: &random)
        let entry = (FaceID(UInt64(step) + 1), person, Self.face(of: person, &random))
        try index.add(entry.0, of: IdentityID(UInt64(person) + 1), entry.2)
        known.append(entry)
      } else {
        let gone = known.remove(at: Int.random(in: known.indices, using: &random))
        index.remove(gone.face)
        // A second time is no change.
        index.remove(gone.face)
      }
      guard step % 10 == 0, !known.isEmpty else { continue }
      let probe = Self.face(of: step % 12, &random)
      let people = Dictionary(grouping: known, by: \.person)
      let answer = try index.search(probe, count: 20)
      let expected = people.mapValues { Self.distance(probe, $0.map(\.embedding)) }.sorted { $0.value < $1.value }
      #expect(answer.templates.total == people.count && answer.certainty == .exact)
      #expect(answer.identities.map(\.identity) == expected.map { IdentityID(UInt64($0.key) + 1) })
      for (found, plain) in zip(answer.identities, expected) {
        #expect(abs(found.distance - plain.value) < Self.slack)
        // The face that is named is the person's nearest.
        let nearest = people[plain.key]?.min {
          $0.embedding.squaredDistance(to: probe) < $1.embedding.squaredDistance(to: probe)
        }
        #expect(found.face == nearest?.face)
      }
    }
    #expect(known.count > 50)
  }

  /// Several threads add and remove faces of the same few people while others ask; what is left is what one thread would
  /// have left.
  @Test func manyAtOnce() throws {
    let index = GalleryIndex(dimension: Self.dimension)
    var random = SeededGenerator(seed: 3)
    let faces = (0..<400).map { number in (person: number % 5, embedding: Self.face(of: number % 5, &random)) }
    let isKept = { @Sendable (number: Int) in number % 3 == 0 }
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for number in stride(from: thread, to: faces.count, by: 8) {
        let (person, embedding) = faces[number]
        try? index.add(FaceID(UInt64(number) + 1), of: IdentityID(UInt64(person) + 1), embedding)
        _ = try? index.search(embedding, count: 5)
        if number >= 80, !isKept(number - 80) { index.remove(FaceID(UInt64(number - 80) + 1)) }
      }
    }
    let left = faces.enumerated().filter { isKept($0.offset) || $0.offset >= 320 }.map(\.element)
    #expect(index.count == left.count)
    for probe in faces.prefix(20) {
      let answer = try index.search(probe.embedding, count: 5)
      #expect(answer.identities.count == 5)
      for found in answer.identities {
        let own = left.filter { UInt64($0.person) + 1 == found.identity.value }.map(\.embedding)
        #expect(abs(found.distance - Self.distance(probe.embedding, own)) < Self.slack)
      }
    }
  }

  /// Asking about an enrolled face as if it were not: neither it nor its share of the template counts.
  @Test func anExcludedFaceIsNotInItsTemplate() throws {
    var random = SeededGenerator(seed: 8)
    let index = GalleryIndex(dimension: Self.dimension)
    let faces = (0..<4).map { _ in Self.face(of: 1, &random) }
    for (number, face) in faces.enumerated() { try index.add(FaceID(UInt64(number) + 1), of: IdentityID(1), face) }
    let answer = try index.search(faces[0], count: 1, excluding: FaceID(1))
    let distance = try #require(answer.identities.first?.distance)
    #expect(abs(distance - Self.distance(faces[0], Array(faces[1...]))) < Self.slack)
    #expect(distance > Self.distance(faces[0], faces))
  }

  /// Faces that cancel point nowhere: the nearest face then speaks for the person.
  @Test func oppositeFacesHaveNoMean() throws {
    var values = [Float](repeating: 0, count: Self.dimension)
    values[0] = 1
    let (one, other) = (Embedding(unit: values), Embedding(unit: values.map { -$0 }))
    #expect(IdentityTemplate([one, other], dimension: Self.dimension).squaredDistance(to: one) == nil)
    let index = GalleryIndex(dimension: Self.dimension)
    try index.add(FaceID(1), of: IdentityID(1), one)
    try index.add(FaceID(2), of: IdentityID(1), other)
    #expect(try index.search(one, count: 1).identities.first?.distance ?? 1 < 1e-6)
  }

  @Test func aTemplateDoesNotShowItsNumbers() {
    let template = IdentityTemplate([Self.unit([Float](repeating: 0.25, count: 16))], dimension: 16)
    #expect("\(template)" == "IdentityTemplate(1 faces)" && !"\(template)".contains("0.25"))
  }
}
