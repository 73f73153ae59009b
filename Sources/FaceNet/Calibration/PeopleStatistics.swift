public import FaceTypes

/// What a model makes of a few people: mean and spread of the distances between faces of different people, and the distances of the
/// same. With the bundled table of impostors' tails that is a calibration.
public struct PeopleStatistics: Sendable {
  /// With fewer people nothing is said, nor with fewer who have two faces.
  public static let (leastPeople, leastPairs) = (10, 5)
  /// Faces of a person that count, at most.
  private static let mostFaces = 3
  /// Standard errors by which mean and spread are moved to the strict side: 5 % of galleries would show more.
  private static let margin = 1.64

  /// People who were compared.
  public let people: Int
  /// Faces of those people.
  public let faces: Int
  /// Squared distances of pairs of different people: one weight for each two people.
  let mean: Double
  let deviation: Double
  /// Standard errors, by leaving one person out after another.
  let meanError: Double
  let deviationError: Double
  /// Squared distances of pairs of one person, rising.
  let same: [Float]
  let pairs: Int

  /// - Throws: `.notCalibrated` for too few people.
  public init(_ people: [[Embedding]]) throws(ModelFileError) {
    let people = people.filter { !$0.isEmpty }.map { Array($0.prefix(Self.mostFaces)) }
    let withTwo = people.filter { $0.count > 1 }.count
    guard people.count >= Self.leastPeople, withTwo >= Self.leastPairs else {
      throw ModelFileError(
        .notCalibrated,
        "\(people.count) people with faces, \(withTwo) of them with two or more, are too few: \(Self.leastPeople) people and "
          + "\(Self.leastPairs) with two faces are the least")
    }
    (self.people, faces) = (people.count, people.reduce(0) { $0 + $1.count })
    var (first, second) = ([Double](repeating: 0, count: people.count), [Double](repeating: 0, count: people.count))
    var (sum, squares, pairs) = (0.0, 0.0, 0)
    for a in people.indices {
      for b in people.indices.dropFirst(a + 1) {
        var (s, q) = (0.0, 0.0)
        for face in people[a] {
          for other in people[b] {
            let distance = Double(face.squaredDistance(to: other))
            s += distance
            q += distance * distance
          }
        }
        let count = people[a].count * people[b].count
        (s, q, pairs) = (s / Double(count), q / Double(count), pairs + count)
        sum += s
        squares += q
        for person in [a, b] {
          first[person] += s
          second[person] += q
        }
      }
    }
    let n = Double(people.count)
    let all = n * (n - 1) / 2
    func moments(_ sum: Double, _ squares: Double, _ count: Double) -> (mean: Double, deviation: Double) {
      let mean = sum / count
      return (mean, max(squares / count - mean * mean, 1e-12).squareRoot())
    }
    let whole = moments(sum, squares, all)
    (mean, deviation, self.pairs) = (whole.mean, whole.deviation, pairs)
    var (a, b) = (0.0, 0.0)
    for person in people.indices {
      let part = moments(sum - first[person], squares - second[person], all - (n - 1))
      a += (part.mean - mean) * (part.mean - mean)
      b += (part.deviation - deviation) * (part.deviation - deviation)
    }
    (meanError, deviationError) = (((n - 1) / n * a).squareRoot(), ((n - 1) / n * b).squareRoot())
    same = people.flatMap { faces in
      faces.indices.flatMap { i in faces[(i + 1)...].map { faces[i].squaredDistance(to: $0) } }
    }.sorted()
  }

  /// The middle of the distances of one person's faces.
  public var sameMedian: Float { same[same.count / 2] }
  /// The mean squared distance of two people, 0 to 4.
  public var differentMean: Float { Float(mean) }
  /// Whether faces of one person lie nearer to each other than those of two do.
  public var tellsApart: Bool { Double(sameMedian) < mean - deviation }

  /// - Parameter place: whose people these are, for people.
  public func calibration(_ place: String) throws(ModelFileError) -> Calibration {
    let low = mean - Self.margin * meanError
    let spread = deviation + Self.margin * deviationError
    var points: [Calibration.Point] = []
    for point in ImpostorTable.points {
      let distance = Float(low) - point.pair * Float(spread)
      guard distance > (points.last?.squaredDistance ?? 0), distance < 4 else { continue }
      points.append(
        Calibration.Point(
          squaredDistance: distance, falseAcceptRate: point.rate,
          validationRate: Double(same.prefix { $0 <= distance }.count) / Double(same.count)))
    }
    guard !points.isEmpty else {
      throw ModelFileError(
        .notCalibrated,
        "the distances of different people scatter so much that no threshold follows: is the crop right?")
    }
    return try Calibration(
      points: points, differentPairs: pairs, samePairs: same.count,
      measuredOn: "\(people) people of \(place) with \(faces) faces; the tail is that of other networks",
      templates: ImpostorTable.templateSizes.compactMap { template($0, low, spread) })
  }

  /// A template is the mean of some faces at length 1. With g the mean cosine of one person's faces its length before is
  /// √((1 + (k − 1) g) / k), and what strangers have in common with all faces grows by as much; their spread stays, since their cosines
  /// to faces of one person go together as those faces do.
  private func template(_ faces: Int, _ low: Double, _ spread: Double) -> SearchCalibration.Table? {
    let cosine = 1 - Double(same.reduce(0, +)) / Double(same.count) / 2
    let k = Double(faces)
    let length = max((1 + (k - 1) * max(0, cosine)) / k, 1e-6).squareRoot()
    let common = max(0, 1 - low / 2) / length
    let mean = Float(min(low, 2 - 2 * common))
    var points: [SearchCalibration.Point] = []
    for point in ImpostorTable.points {
      let distance = mean - point.template * Float(spread)
      guard distance > (points.last?.squaredDistance ?? 0), distance < 4 else { continue }
      points.append(SearchCalibration.Point(squaredDistance: distance, falseAcceptRate: point.rate))
    }
    return points.isEmpty ? nil : SearchCalibration.Table(faces: faces, points: points)
  }
}
