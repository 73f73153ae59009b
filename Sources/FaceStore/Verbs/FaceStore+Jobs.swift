package import FaceTypes

extension FaceStore {
  /// Creates a job in state `queued`, with what there is to do counted, and forgets the oldest finished jobs beyond
  /// `StoreLimits.jobs`.
  ///
  /// - Throws: `notFound` when the model to go to is unknown.
  package func createJob(from: ModelID?, to: ModelID) async throws(StoreError) -> JobRecord {
    let now = options.now()
    let present = try count(under: to)
    return try await writer.submit(alone: true) { transaction throws(StoreError) in
      _ = try transaction.model(to)
      var record = JobRecord(id: JobID(try transaction.take(.job)), from: from, to: to, createdAt: now)
      record.total = try transaction.view.galleries().reduce(0) { $0 + $1.record.faceCount }
      record.present = present
      record.startedEmpty = present == 0
      let jobs = try transaction.view.jobs()
      // The new one counts too.
      for job in jobs.dropLast(StoreLimits.jobs - 1) where job.state.isFinished { transaction.delete(Key.job(job.id)) }
      transaction.put(Key.job(record.id), record.encoded)
      return record
    }
  }

  /// Embeddings of faces that are there, under a model.
  private func count(under id: ModelID) throws(StoreError) -> UInt64 {
    try readFixed { view throws(StoreError) in
      guard let model = try view.find(id) else { return 0 }
      var count: UInt64 = 0
      for gallery in try view.galleries() {
        count += try view.records.count(Key.range(.embedding, model.number, gallery.number))
      }
      return count
    }
  }

  /// Replaces the job's record and sets its `updatedAt`.
  ///
  /// - Throws: `notFound`; `invalidArgument` for a message longer than `StoreLimits.messageBytes`;
  ///   `failedPrecondition` when the job is finished, so that a late report cannot bring it back.
  package func putJob(_ job: JobRecord) async throws(StoreError) {
    guard job.message.utf8.count <= StoreLimits.messageBytes else {
      throw StoreError(.invalidArgument, "a job's message is at most \(StoreLimits.messageBytes) bytes")
    }
    let now = options.now()
    try await writer.submit { transaction throws(StoreError) in
      guard try !transaction.job(job.id).state.isFinished else {
        throw StoreError(.failedPrecondition, "job \(job.id) is finished")
      }
      var job = job
      job.updatedAt = now
      transaction.put(Key.job(job.id), job.encoded)
    }
  }

  /// The job, or `nil`.
  package func job(_ id: JobID) throws(StoreError) -> JobRecord? {
    try read { view throws(StoreError) in try view.find(id) }
  }

  /// The newest `limit` jobs, newest first.
  package func jobs(limit: Int) throws(StoreError) -> [JobRecord] {
    try read { view throws(StoreError) in Array(try view.jobs().suffix(max(0, limit)).reversed()) }
  }

  /// Deletes embeddings that the job stored and that `putEmbeddings` noted for it, about `limit` of them; the bytes
  /// leave the files with later purges of their faces.
  ///
  /// - Returns: whether none is left.
  package func dropEmbeddings(of job: JobID, limit: Int = 10_000) async throws(StoreError) -> Bool {
    try await takeNotes(of: job, limit: limit) { transaction, model, gallery, face in
      transaction.delete(Key.embedding(model: model, gallery, face))
    }
  }

  /// Forgets which embeddings the job stored; they stay.
  ///
  /// - Returns: whether none is left.
  package func keepEmbeddings(of job: JobID, limit: Int = 10_000) async throws(StoreError) -> Bool {
    try await takeNotes(of: job, limit: limit) { _, _, _, _ in }
  }

  private func takeNotes(
    of id: JobID, limit: Int, _ body: @escaping @Sendable (inout Transaction, UInt64, UInt64, FaceID) -> Void
  ) async throws(StoreError) -> Bool {
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      let job = try transaction.job(id)
      let model = try transaction.find(job.to)?.number
      var notes: [[UInt8]] = []
      try transaction.view.scan(Key.range(.jobEmbedding, id.value)) { key, _ throws(StoreError) in
        notes.append(key)
        return notes.count < limit
      }
      for note in notes {
        transaction.delete(note)
        if let model {
          body(&transaction, model, try Key.number(1, of: note), FaceID(try Key.number(2, of: note)))
        }
      }
      return notes.count < limit
    }
  }
}

extension View {
  /// In the order of their ids, which is that of their creation.
  fileprivate func jobs() throws(StoreError) -> [JobRecord] {
    var records: [JobRecord] = []
    try scan(Key.range(.job)) { key, value throws(StoreError) in
      records.append(try JobRecord(value, id: JobID(try Key.number(0, of: key))))
      return true
    }
    return records
  }
}

extension Transaction {
  func job(_ id: JobID) throws(StoreError) -> JobRecord {
    guard let record = try find(id) else { throw StoreError(.notFound, "there is no job \(id)") }
    return record
  }
}
