package import FaceNet
internal import FaceTypes
internal import Images

/// Measures a representation group by group, on a folder of one sub-folder per person.
package struct GroupEvaluation {
  package let report: GroupReport
  /// Charts by their files' names.
  package let charts: [(name: String, chart: LineChart)]

  /// - Parameters:
  ///   - folder: its pictures need landmarks.
  ///   - labels: a CSV's columns by picture, see `PictureGroups`.
  ///   - sizes: eye–mouth distances in pixels to shrink the asked pictures to.
  ///   - calibration: the model's, for predicted rates.
  ///   - progress: called with a line from time to time.
  package init(
    _ representation: some FaceRepresentation, name: String, folder: PictureFolder, split: IdentificationSplit,
    labels: [(attribute: String, values: [String?])], sizes: [Double], calibration: Calibration?,
    rivals: [GroupReport.Rival], progress: (String) -> Void
  ) throws {
    guard let table = folder.table else {
      throw TrainingError(.badData, "groups need the pictures' landmarks: give --landmarks")
    }
    guard !split.enrolled.isEmpty, !split.asked.isEmpty, !split.strangers.isEmpty else {
      throw TrainingError(.badData, "too few people with more than one picture to enrol some and ask about others")
    }
    func picture(_ index: Int) throws -> Image { try PictureReader.decode("\(folder.path)/\(folder.files[index])") }
    let conditions = try folder.files.indices.map { index in
      PictureConditions(of: table.landmarks[index], in: try picture(index))
    }
    let groups = try PictureGroups(conditions, labels: labels)
    progress("\(folder.files.count) pictures in \(groups.groups.count) groups")
    let embeddings = try Evaluation.embeddings(representation, folder: folder, side: 0)
    let identity = folder.identity
    progress("embedded")
    let pairs = GroupPairs(embeddings, identity: identity, sets: groups.sets, count: groups.groups.count)
    progress("compared")
    let questions = GroupQuestions(embeddings, identity: identity, split: split)
    func row(_ attribute: String, _ name: String, _ index: Int, _ contains: (Int) -> Bool) -> GroupReport.Row {
      GroupReport.Row(
        attribute: attribute, group: name, pictures: folder.files.indices.count { contains($0) },
        accuracy: pairs.accuracy[index], validationRate: pairs.validationRate[index],
        falseNonMatch: pairs.falseNonMatch[index].measured, falseMatch: pairs.falseMatch[index].measured,
        missed: questions.missed(questions.asked.filter { contains($0.picture) }).measured,
        strangersAccepted: questions.accepted(questions.strangers.filter { contains($0.picture) }).measured)
    }
    var rows = [row("all", "", groups.groups.count) { _ in true }]
    for (index, group) in groups.groups.enumerated() {
      rows.append(row(group.attribute, group.name, index) { group.contains[$0] })
    }
    for size in sizes {
      func shrunk(_ answers: [GroupQuestions.Answer]) throws -> [GroupQuestions.Answer] {
        var found: [GroupQuestions.Answer] = []
        for start in stride(from: 0, to: answers.count, by: 64) {
          let part = answers[start..<min(start + 64, answers.count)]
          let views = try part.map { answer in
            let small = Self.shrunk(try picture(answer.picture), table.landmarks[answer.picture], to: size)
            return representation.input.views(small.picture, representation.input.frame(small.landmarks))
          }
          found += zip(part, try representation.embeddings(of: views)).map { questions.answer($1, for: $0) }
        }
        return found
      }
      rows.append(
        GroupReport.Row(
          attribute: "asked at a size", group: "\(Int(size)) pixels from eyes to mouth",
          pictures: questions.asked.count + questions.strangers.count,
          missed: questions.missed(try shrunk(questions.asked)).measured,
          strangersAccepted: questions.accepted(try shrunk(questions.strangers)).measured))
      progress("size \(Int(size))")
    }
    report = GroupReport(
      model: name, pictures: folder.files.count, people: Set(identity).count, enrolled: questions.people, rows: rows,
      rivals: rivals, unmeasured: groups.unmeasured)
    var charts = [
      ("roc.svg", LineChart.receiverOperatingCharacteristic([(name, pairs.scores)])),
      ("distances.svg", LineChart.distances(pairs.scores)),
    ]
    if let calibration {
      charts.append(
        (
          "fpir.svg",
          LineChart.falsePositives(
            strangers: questions.strangers.map(\.distance), people: questions.people, calibration: calibration)
        ))
    }
    self.charts = charts.map { (name: $0.0, chart: $0.1) }
  }

  /// The picture made smaller, so that eyes and mouth are so many pixels apart; one that is as small already stays.
  private static func shrunk(
    _ picture: Image, _ landmarks: Landmarks, to distance: Double
  ) -> (picture: Image, landmarks: Landmarks) {
    let scale = distance / FaceFrame(fitting: landmarks).eyeMouthDistance
    guard scale < 1 else { return (picture, landmarks) }
    let (width, height) = (
      max(1, Int((Double(picture.width) * scale).rounded())), max(1, Int((Double(picture.height) * scale).rounded()))
    )
    let (x, y) = (Double(width) / Double(picture.width), Double(height) / Double(picture.height))
    return (picture.resized(width: width, height: height), landmarks.map { Point(x: $0.x * x, y: $0.y * y) })
  }
}
