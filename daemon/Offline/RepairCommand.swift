import ArgumentParser
import FaceEngine
import FaceStore

/// `faced repair --data DIR`
struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair", abstract: "Rebuild a sound store from what can still be read, and name what is lost.",
    discussion: """
      The daemon must not be running on it. The damaged store is not touched: it is put aside as \
      store-damaged-{time} in the data folder. Remove it when you no longer need it; it holds faces.
      """)

  @ParentCommand var faced: Faced

  func run() async throws {
    let directory = faced.data ?? Settings.defaultDirectory()
    try await Offline.run {
      let repair = try await StoreRepair.run(directory: directory + "/store")
      let lost = try Offline.lostChanges(directory)
      for line in repair.findings.sentences + (lost.map { [$0] } ?? []) { print(line) }
      // What is derived from the store is made anew, and the store counts as whole from here on.
      ChangeMark.remove(directory)
      if let aside = repair.putAside {
        print("kept \(repair.findings.faces) faces; the damaged store is now '\(aside)'")
      } else if lost != nil {
        print("the daemon will start with the \(repair.findings.faces) faces that are there")
      } else {
        print("nothing is damaged; nothing was changed")
      }
    }
  }
}
