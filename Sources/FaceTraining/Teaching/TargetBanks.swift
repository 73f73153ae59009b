internal import Dispatch
internal import FaceNet
internal import Synchronization

/// The banks of a run: read from their folder where they lie there, else made by the teacher in a thread of its own, one
/// bank ahead of the student, and kept in the folder.
package final class TargetBanks: Sendable {
  private let teacher: Teacher
  private let folder: String
  /// Banks that the run needs: 0 ..< count.
  private let count: Int
  private let thread = DispatchQueue(label: "faced.training.teacher")
  private let banks = Mutex<[Int: Making]>([:])

  /// A bank that is there or on its way.
  private final class Making: Sendable {
    let group = DispatchGroup()
    let result = Mutex<Result<[Float], TrainingError>?>(nil)
  }

  package init(teacher: Teacher, folder: String, count: Int) {
    (self.teacher, self.folder, self.count) = (teacher, folder, count)
  }

  /// A bank's vectors; waits for them. Asks for the next bank's too, and forgets those before.
  package func targets(bank: Int) throws(TrainingError) -> [Float] {
    let (wanted, _) = (begin(bank), bank + 1 < count ? begin(bank + 1) : nil)
    wanted.group.wait()
    banks.withLock { banks in banks = banks.filter { $0.key >= bank } }
    guard let result = wanted.result.withLock({ $0 }) else { return [] }
    return try result.get()
  }

  private func begin(_ bank: Int) -> Making {
    banks.withLock { banks in
      if let making = banks[bank] { return making }
      let making = Making()
      banks[bank] = making
      thread.async(group: making.group) { [self] in
        do throws(TrainingError) {
          let targets = try make(bank)
          making.result.withLock { $0 = .success(targets) }
        } catch {
          making.result.withLock { $0 = .failure(error) }
        }
      }
      return making
    }
  }

  /// Reads a bank, or makes and keeps it.
  package func make(_ bank: Int) throws(TrainingError) -> [Float] {
    let path = TargetBank.path(folder, bank)
    if Folder.exists(path) {
      return try TargetBank(
        path: path, key: teacher.key, number: bank, views: teacher.plan.bank, size: teacher.size
      ).targets
    }
    let targets = try teacher.targets(bank: bank)
    try TargetBank(key: teacher.key, number: bank, targets: targets).write(to: path, views: teacher.plan.bank)
    return targets
  }
}
