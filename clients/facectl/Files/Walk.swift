import FaceTypes
import Foundation

/// What a walk comes upon.
enum WalkItem: Sendable {
  /// A file that is taken for a photograph; it was not opened yet.
  case photograph(Photograph)
  case leftOut(path: RawPath, Refusal)

  var path: RawPath {
    switch self {
    case .photograph(let photograph): photograph.path
    case .leftOut(let path, _): path
    }
  }
}

/// A photograph on the disk and, where its folder says it, whom it shows.
struct Photograph: Sendable {
  let path: RawPath
  var identity: DisplayName?
  /// Which face of it is meant, where that is known.
  var face: BoxOutput?
}

/// Finds the files that a person means by paths, for every command: folders are searched to the bottom, links are
/// followed but no folder is visited twice, and whatever is left out is an item with its reason.
struct Walk {
  /// Who says whom the pictures show.
  enum People {
    /// Somebody else, or nobody asks.
    case given
    /// Their folder does: the folders that are walked have one sub-folder for each person, named like them.
    case folders
  }

  static let maximumDepth = 64

  private struct FolderKey: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private let people: People
  private var items: [WalkItem] = []
  private var visited: Set<FolderKey> = []

  private init(people: People) { self.people = people }

  /// The items of all paths, each folder's in the order of names.
  static func items(of paths: [String], _ people: People) -> [WalkItem] {
    var walk = Walk(people: people)
    for path in paths { walk.visit(argument: RawPath(path)) }
    return walk.items
  }

  /// What a person typed is taken as meant: hidden or not, and pipes as well.
  private mutating func visit(argument path: RawPath) {
    guard let status = FileStatus(path) else {
      if errno == EACCES { return leaveOut(path, .unreadable("file", EACCES)) }
      return leaveOut(path, FileStatus.exists(path) ? .brokenLink : .notFound)
    }
    switch (people, status.kind) {
    case (.folders, .folder): visitPeople(path, status)
    case (.folders, _): leaveOut(path, .noIdentity)
    case (.given, .folder): visitFolder(path, status, nil, depth: 0)
    case (.given, _): take(path, nil)
    }
  }

  /// The folder of all people.
  private mutating func visitPeople(_ path: RawPath, _ status: FileStatus) {
    guard let names = enter(path, status) else { return }
    for name in names where !Self.isDropping(name) {
      let entry = path.appending(name)
      guard let status = readable(entry, name) else { continue }
      guard status.kind == .folder else {
        leaveOut(entry, status.kind == .file ? .noIdentity : .notAFile)
        continue
      }
      guard name.isUTF8 else {
        leaveOut(entry, .nameNotUTF8)
        continue
      }
      do throws(InvalidName) {
        visitFolder(entry, status, try DisplayName(name.text), depth: 1)
      } catch {
        leaveOut(entry, .invalidName("the folder's name cannot name a person: \(error.message)"))
      }
    }
    if names.allSatisfy(Self.isDropping) { leaveOut(path, .noPictures) }
  }

  private mutating func visitFolder(_ path: RawPath, _ status: FileStatus, _ identity: DisplayName?, depth: Int) {
    guard depth <= Self.maximumDepth else { return leaveOut(path, .tooDeep) }
    guard let names = enter(path, status) else { return }
    for name in names where !Self.isDropping(name) {
      let entry = path.appending(name)
      guard let status = readable(entry, name) else { continue }
      switch status.kind {
      case .file: take(entry, identity)
      case .other: leaveOut(entry, .notAFile)
      case .folder:
        if case .folders = people {
          leaveOut(entry, .nested)
        } else {
          visitFolder(entry, status, identity, depth: depth + 1)
        }
      }
    }
    if names.allSatisfy(Self.isDropping) { leaveOut(path, .noPictures) }
  }

  /// The names in a folder, sorted by their bytes, links last: what a folder is called where it lies counts, and not what a
  /// link to it is called. Nil where it was left out.
  private mutating func enter(_ path: RawPath, _ status: FileStatus) -> [RawPath]? {
    guard visited.insert(FolderKey(device: status.device, inode: status.inode)).inserted else {
      leaveOut(path, .seenBefore)
      return nil
    }
    switch FolderListing.names(in: path) {
    case .success(let names):
      let links = names.filter { FileStatus.isLink(path.appending($0)) }
      return links.isEmpty ? names : names.filter { !links.contains($0) } + links
    case .failure(let refusal):
      leaveOut(path, refusal)
      return nil
    }
  }

  /// What an entry of a folder is; nil where it was left out.
  private mutating func readable(_ path: RawPath, _ name: RawPath) -> FileStatus? {
    if name.text.hasPrefix(".") {
      leaveOut(path, .hidden)
      return nil
    }
    guard let status = FileStatus(path) else {
      leaveOut(path, errno == EACCES ? .unreadable("file", EACCES) : .brokenLink)
      return nil
    }
    return status
  }

  private mutating func take(_ path: RawPath, _ identity: DisplayName?) {
    items.append(.photograph(Photograph(path: path, identity: identity)))
  }

  private mutating func leaveOut(_ path: RawPath, _ refusal: Refusal) {
    items.append(.leftOut(path: path, refusal))
  }

  /// What desktops leave in folders by themselves: nobody means it, and it is left out without a word.
  private static func isDropping(_ name: RawPath) -> Bool {
    [".DS_Store", ".directory", "Thumbs.db", "desktop.ini"].contains(name.text) || name.text.hasPrefix("._")
  }
}
