"""pymilvus 2.3: connects, creates, inserts, searches. Clients of that age are still in use."""

import numpy as np
from pymilvus import Collection, CollectionSchema, DataType, FieldSchema, MilvusClient, connections, utility


def test_collection_objects(server):
    connections.connect(host="127.0.0.1", port=str(server.port))
    fields = [FieldSchema("id", DataType.INT64, is_primary=True), FieldSchema("v", DataType.FLOAT_VECTOR, dim=8),
              FieldSchema("text", DataType.VARCHAR, max_length=100)]
    c = Collection("old_style", CollectionSchema(fields), consistency_level="Strong")
    base = np.random.default_rng(3).normal(size=(1200, 8)).astype(np.float32)
    c.insert([list(range(1200)), base.tolist(), [f"t{i}" for i in range(1200)]])
    c.flush()
    assert c.num_entities == 1200
    c.create_index("v", {"index_type": "HNSW", "metric_type": "L2", "params": {"M": 16, "efConstruction": 64}})
    c.load()
    hits = c.search([base[77].tolist()], "v", {"metric_type": "L2", "params": {"ef": 64}}, 3, output_fields=["text"])[0]
    assert hits[0].id == 77 and hits[0].entity.get("text") == "t77"
    assert [r["id"] for r in c.query("id in [5, 6]", output_fields=["text"])] == [5, 6]
    c.delete("id in [5]")
    assert [r["id"] for r in c.query("id in [5, 6]", output_fields=["text"])] == [6]
    assert utility.has_collection("old_style")
    utility.drop_collection("old_style")
    connections.disconnect("default")


def test_simple_client(server):
    c = MilvusClient(uri=server.uri)
    c.create_collection("old_simple", 4)
    c.insert("old_simple", [{"id": i, "vector": [float(i), 1.0, 0.0, 0.0]} for i in range(20)])
    assert len(c.search("old_simple", [[3.0, 1.0, 0.0, 0.0]], limit=5)[0]) == 5
    c.drop_collection("old_simple")
    c.close()
