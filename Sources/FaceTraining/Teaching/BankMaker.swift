package import FaceNet
package import Images

/// Makes banks of targets before a run needs them (`facetrain targets`).
package struct BankMaker: Sendable {
  private let banks: TargetBanks
  private let teacher: Teacher

  /// - Parameters:
  ///   - teacher: the model whose vectors are wanted.
  ///   - folder: where the banks go; it must exist.
  package init(recipe: Recipe, data: FaceDataset, teacher: ModelFile, folder: String) throws(TrainingError) {
    let architecture: Architecture
    do {
      architecture = try Architecture.named(recipe.architecture)
    } catch {
      throw TrainingError(.network, "the recipe's network cannot be made: \(error)")
    }
    self.teacher = try Teacher(recipe: recipe, data: data, model: teacher, input: recipe.input(architecture))
    banks = TargetBanks(teacher: self.teacher, folder: folder, count: 0)
  }

  /// Makes one bank, unless it is there: then it is only checked.
  package func make(_ bank: Int) throws(TrainingError) { _ = try banks.make(bank) }

  /// The first `count` views of a bank: of each the teacher's crop and beside it the student's, for a person to look at.
  package func sheet(bank: Int, count: Int) -> ContactSheet {
    let cells = (0..<min(count, teacher.plan.bank)).flatMap { view in
      let draw = teacher.sampler.draw(bank: bank, view: view)
      let shape = draw.mask.map { "\($0.shape)" } ?? "one face"
      return [
        ContactSheet.Cell(image: teacher.seenCrop(bank: bank, view: view), captions: ["\(view) \(shape)"]),
        ContactSheet.Cell(
          image: teacher.shownCrop(bank: bank, view: view, epoch: 0), captions: [draw.isClean ? "changed" : "the same"]),
      ]
    }
    return ContactSheet(title: "Views of bank \(bank)", cells: cells)
  }
}
