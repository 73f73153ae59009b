/// The pictures of a folder of one sub-folder per person.
///
/// A folder `x` may have `x.landmarks.csv` beside it, which then lists its pictures.
package struct PictureFolder: Sendable {
  package let path: String
  /// `sub-folder/picture`.
  package let files: [String]
  /// One line per file, where there is a table.
  package let table: LandmarkTable?

  /// - Parameter landmarks: the table's path where it is not the one beside the folder.
  /// - Throws: `.badData` when there are no pictures.
  package init(path: String, landmarks: String? = nil) throws(TrainingError) {
    let beside = LandmarkTable.path(beside: path)
    if let place = landmarks ?? (Folder.exists(beside) ? beside : nil) {
      let table = try LandmarkTable(path: place)
      (self.table, files) = (table, table.files)
    } else {
      (table, files) = (nil, try Folder.pictures(path))
    }
    self.path = path
    guard !files.isEmpty else {
      throw TrainingError(.badData, "'\(path)' has no pictures: it must have one sub-folder per identity")
    }
  }

  /// Per picture whose it is, counted from 0 in the order of the files.
  package var identity: [Int] {
    var numbers: [Substring: Int] = [:]
    return files.map { file in
      let person = file.prefix { $0 != "/" }
      let number = numbers[person] ?? numbers.count
      numbers[person] = number
      return number
    }
  }
}
