public import FaceTypes
internal import LevelDB

extension FaceStore {
  /// Creates a job in state `queued`.
  ///
  /// - Throws: `notFound` when the model to go to is unknown.
  public func createJob(from: ModelID?, to: ModelID) async throws(StoreError) -> JobRecord {
    let now = options.now()
    return try await writer.submit { transaction throws(StoreError) in
      _ = try transaction.model(to)
      let record = JobRecord(
        id: JobID(try transaction.take(.job)), from: from, to: to, state: .queued, position: nil, done: 0, skipped: 0,
        failed: 0, total: 0, createdAt: now, updatedAt: now, startedAt: nil, finishedAt: nil, message: "")
      transaction.put(Key.job(record.id), record.encoded)
      return record
    }
  }

  /// Replaces the job's record and sets its `updatedAt`.
  ///
  /// - Throws: `notFound`; `invalidArgument` for a message longer than `StoreLimits.messageBytes`;
  ///   `failedPrecondition` when the job is finished, so that a late report cannot bring it back.
  public func putJob(_ job: JobRecord) async throws(StoreError) {
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
  public func job(_ id: JobID) throws(StoreError) -> JobRecord? {
    try read { view throws(StoreError) in try view.find(id) }
  }

  /// The next `limit` jobs in the order of their ids, which is that of their creation.
  public func jobs(after: JobID? = nil, limit: Int) throws(StoreError) -> [JobRecord] {
    try read { view throws(StoreError) in
      let all = Key.range(.job)
      return try view.list(after.map { all.after(Key.job($0)) } ?? all, limit: limit) {
        key, value throws(StoreError) in
        try JobRecord(value, id: JobID(try Key.number(0, of: key)))
      }
    }
  }
}

extension Transaction {
  func job(_ id: JobID) throws(StoreError) -> JobRecord {
    guard let record = try find(id) else { throw StoreError(.notFound, "there is no job \(id)") }
    return record
  }
}
