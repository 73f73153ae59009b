import Foundation
import Testing

/// The rooms of the large modules, each with its one sentence: what a newcomer finds behind a folder's name.
@Suite struct RoomTests {
  static let rooms: [String: [String: String]] = [
    "Sources/VectorIndex": [
      "Lists": "inverted lists: centroids, 1-bit codes, and how rows get into them",
      "Training": "choosing subspace, centroids and probes from the vectors at hand",
      "Search": "from a query to its matches, approximate",
      "Exact": "from a query to its matches, with proof",
      "Updates": "adding, removing, splitting lists, while others search",
      "Memory": "rows, codes and the readers that keep them alive",
      "Checkpoint": "the index as a file",
    ],
    "Sources/Networks": [
      "Definition": "what a network is: layers, shapes, parameters, the plan that follows",
      "Layers": "normalisation, pooling, matrix products, forward and backward",
      "Convolution": "convolution, forward and backward",
      "Training": "a network that learns, and the optimizers",
      "Inference": "a trained network that embeds",
      "Quantised": "layers that work on bytes",
      "Graph": "imported networks: operators, planned and run",
      "Memory": "buffers, arenas and the threads that share work",
    ],
    "Sources/FaceStore": [
      "Records": "what is stored, as bytes",
      "Keys": "where it is stored",
      "Reading": "one snapshot, looked at",
      "Writing": "many changes, one synced batch",
      "Verbs": "what the store does: galleries, identities, faces, jobs",
      "History": "corrections that can be undone",
      "Purging": "bytes of the deleted, gone from the disk",
      "Copying": "the whole store as a stream, for backups, or a gallery of it",
      "Repair": "damage, named and cut out",
      "Sealing": "crops and embeddings encrypted, and the keys of that",
      "Engines": "what keeps the records, below everything else",
      "PostgreSQL": "records in a PostgreSQL database",
      "Sharing": "one store under several daemons: feed, leases, model files",
    ],
    "Sources/CoreTransport": [
      "Addresses": "what may be typed as an address, and what it means",
      "Core": "the C core: life, completion queues, bytes",
      "Calls": "what calls of clients and servers share",
      "Client": "grpc-swift's client transport",
      "Listening": "sockets, connections, descriptors",
      "Security": "certificates and keys",
      "Server": "grpc-swift's server transport",
    ],
    "Sources/FaceEngine": [
      "Photos": "photographs to faces: decoding, detection, cropping, workers",
      "Enroll": "faces into the store",
      "Identify": "faces to people",
      "Decisions": "from distances to an answer",
      "Galleries": "a gallery's index and templates, kept up to date",
      "Vectors": "embeddings that come from clients",
      "Clusters": "faces that nobody named",
      "Models": "model files: library, checks, the active view",
      "Reindex": "from one model to the next, and back",
      "Review": "what may be wrong with a gallery",
      "Served": "vectors that a search server keeps, and keeping it as the store says",
      "Replication": "what other daemons over the same store change",
      "Backup": "the backup's story",
      "Transfer": "faces to other programs and daemons, and from them",
      "Operation": "what an operator asks: diagnosis, limits of the machine, reading everything for damage",
    ],
    "Sources/FaceNet": [
      "Architectures": "the paper's networks by name",
      "Calibration": "squared distance to false accept rate",
      "Files": "model files: safetensors and their header",
      "Input": "what a network expects of a picture",
      "ONNX": "a model as an ONNX file",
      "Importing": "ONNX files of well-known kinds as models",
      "Quantised": "which layers of a model may work on bytes",
    ],
    "Sources/FaceTraining": [
      "Data": "pictures, identities, batches, augmentation",
      "Losses": "triplets, pairs, targets, relations",
      "Teaching": "views with a teacher's vectors",
      "Training": "the run: recipe, steps, checkpoints",
      "Detection": "the same for detector and aligner",
      "Evaluation": "protocols, calibration, reports",
    ],
    "Sources/facetrain": [
      "Training": "commands that teach, and prepare what is learnt from",
      "Evaluation": "commands that measure a model",
      "Files": "commands that turn model files into others",
    ],
    "clients/facectl": [
      "Commands": "one file a command",
      "Daemon": "the connection, and questions asked over it",
      "Files": "folders and photographs on this side",
      "Transfer": "galleries as folders, and files of vectors: written, checked, read",
      "Output": "everything that is printed",
    ],
    "daemon": [
      "Start": "settings, signals, what happens before `ready`",
      "Access": "who may do what",
      "Audit": "what happened, in hash-chained lines",
      "Calls": "what every call goes through: ids, limits, failures",
      "Search": "Milvus, as the engine asks it",
      "Services": "one file an RPC service",
      "Messages": "engine records to messages and back",
      "Files": "what the daemon keeps for itself, past a power cut, and blocking work kept off the cooperative threads",
      "Logging": "lines for people and programs",
      "Metrics": "numbers for Prometheus",
      "Operation": "settings read again, recent calls, memory given back, a dashboard and alerts",
      "Retention": "erasing by age, with receipts",
      "Offline": "`faced restore`, `check`, `repair`",
      "Models": "the files that are shipped",
    ],
  ]

  /// Swift files that may lie beside the rooms: the module's main types and its options.
  static let looseFiles = 8

  @Test(arguments: rooms.keys.sorted())
  func foldersAreRooms(module: String) throws {
    let folder = Manifest.root.appendingPathComponent(module)
    let entries = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.isDirectoryKey])
    let folders = try entries.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
    #expect(
      Set(folders.map(\.lastPathComponent)) == Set(Self.rooms[module, default: [:]].keys),
      "a room of \(module) has no sentence here, or a sentence has no room")
    let loose = entries.filter { $0.pathExtension == "swift" }.count
    #expect(loose <= Self.looseFiles, "\(loose) files of \(module) lie in no room")
  }

  /// A module that has grown needs rooms before more furniture.
  @Test func largeModulesHaveRooms() throws {
    for target in try Manifest.read().targets where target.type != "test" && Self.rooms[target.path] == nil {
      let folder = Manifest.root.appendingPathComponent(target.path)
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      let count = files.filter { $0.hasSuffix(".swift") }.count
      #expect(count <= 20, "\(target.name) has \(count) files side by side: give it rooms")
    }
  }
}
