/// Deleting for good is asked about on a terminal; elsewhere it has to be said beforehand.
enum Confirmation {
  /// - Parameters:
  ///   - what: as in `everybody in gallery 'door'`.
  ///   - yes: whether `--yes` was given.
  /// - Throws: where the answer is not yes.
  static func ask(toDelete what: String, yes: Bool) throws {
    if yes { return }
    guard Terminal.isInteractive else {
      throw CommandFailure.usage("this deletes \(what) for good; add --yes")
    }
    Terminal.ask("Delete \(what) for good? [y/N] ")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw CommandFailure(code: "cancelled", reason: "NOT_CONFIRMED", message: "nothing was deleted")
    }
  }
}
