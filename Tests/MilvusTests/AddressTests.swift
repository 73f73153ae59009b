import Milvus
import Testing

/// What may be typed as the place of a Milvus server.
@Suite struct AddressTests {
  @Test func anAddressSaysWhereAndHow() throws {
    let plain = try MilvusAddress("milvus://search.example:19531")
    #expect(plain.target == "search.example:19531" && !plain.usesTLS && plain.prefix == "faced")
    #expect(plain.indexType == "AUTOINDEX" && plain.consistency == .strong && plain.database.isEmpty)
    #expect(try MilvusAddress("milvus://host").target == "host:19530")
    #expect(try MilvusAddress("milvus://[::1]:7").target == "[::1]:7")
    let all = try MilvusAddress(
      "milvuss://root:secret@host:1/people?index=ivf_flat&nlist=256&nprobe=16&prefix=a_1&consistency=bounded&ca=/ca.pem"
    )
    #expect(all.usesTLS && all.certificateAuthorities == "/ca.pem" && all.credentials == "root:secret")
    #expect(all.database == "people" && all.prefix == "a_1" && all.consistency == .bounded)
    #expect(all.indexType == "IVF_FLAT" && all.indexParameters == ["nlist": 256])
    #expect(all.searchParameters == ["nprobe": 16])
    #expect(all.description == "milvuss://host:1/people")
  }

  @Test(arguments: [
    "milvus:host", "http://host:1", "milvus://", "milvus://host?nlist=many", "milvus://host?prefix=1a",
    "milvus://host?prefix=a-b", "milvus://host?consistency=sometimes", "milvus://host?index=HNSW&M=0",
  ])
  func othersAreRefused(text: String) {
    #expect(throws: MilvusError.self) { try MilvusAddress(text) }
  }
}
