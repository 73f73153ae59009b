internal import FaceNet
internal import Networks

/// The teacher's vectors for one bank of views, as a file: safetensors with one tensor, and a header that says which recipe
/// and teacher they belong to. The views themselves follow from recipe, data and number.
package struct TargetBank: Sendable {
  /// What decides a bank's views and vectors, as text.
  package var key: String
  package var number: Int
  /// One vector per view, row by row.
  package var targets: [Float]

  package init(key: String, number: Int, targets: [Float]) {
    (self.key, self.number, self.targets) = (key, number, targets)
  }

  package static func path(_ folder: String, _ number: Int) -> String { "\(folder)/bank-\(number).safetensors" }

  package func write(to path: String, views: Int) throws(TrainingError) {
    do {
      let tensor = NamedTensor(name: "targets", shape: [views, targets.count / views], values: targets)
      let bytes = try Safetensors.serialise(
        [tensor], metadata: ["format": "faced-target-bank", "key": key, "number": String(number)])
      try FileBytes.writeAtomically(bytes, to: path)
    } catch {
      throw TrainingError(.unreadable, "the bank of targets cannot be written: \(error)")
    }
  }

  /// - Throws: `.badData` for a file that is not the bank of this key and number.
  package init(path: String, key: String, number: Int, views: Int, size: Int) throws(TrainingError) {
    let (tensors, texts): ([NamedTensor], [String: String])
    do {
      (tensors, texts, _) = try Safetensors.parse(try FileBytes.read(path, limit: 1 << 30))
    } catch {
      throw TrainingError(
        .badData, "the bank of targets '\(path)' is refused: \(error). Delete it to have it made again")
    }
    guard texts["format"] == "faced-target-bank", texts["key"] == key, texts["number"] == String(number),
      tensors.count == 1, tensors[0].shape == [views, size], tensors[0].values.allSatisfy(\.isFinite)
    else {
      throw TrainingError(
        .badData,
        "'\(path)' is a bank of another recipe, teacher or data set: choose another folder for banks, or delete it")
    }
    self.init(key: key, number: number, targets: tensors[0].values)
  }
}
