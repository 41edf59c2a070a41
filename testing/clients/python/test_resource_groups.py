"""Resource groups: query nodes that replicas keep to. One process has one query node, which is lent to a group and given back."""

import time

import pytest
from pymilvus import MilvusException
from pymilvus.client.types import LoadState, ResourceGroupConfig

DEFAULT = "__default_resource_group"


def config(requests, limits, **more):
    return ResourceGroupConfig(requests={"node_num": requests}, limits={"node_num": limits}, **more)


@pytest.fixture
def apart(client):
    client.create_resource_group("apart", config=config(0, 0))
    yield "apart"
    client.update_resource_groups({"apart": config(0, 0), DEFAULT: config(0, 1_000_000)})
    client.drop_resource_group("apart")
    assert client.list_resource_groups() == [DEFAULT]


def refused(code, fragment, call):
    with pytest.raises(MilvusException) as e:
        call()
    assert e.value.code == code and fragment in e.value.message, e.value


def test_groups_are_described_as_they_were_made(client, apart):
    assert client.list_resource_groups() == [DEFAULT, apart]
    client.create_resource_group(apart, config=config(0, 0))
    refused(301, "resource group already exist", lambda: client.create_resource_group(apart, config=config(1, 1)))
    refused(303, "resource group illegal config", lambda: client.update_resource_groups({apart: config(2, 1)}))
    refused(303, "not exist", lambda: client.update_resource_groups({apart: config(0, 1, transfer_to=[{"resource_group": "nobody"}])}))
    refused(300, "resource group not found[rg=nobody]", lambda: client.describe_resource_group("nobody"))
    refused(300, "resource group not found[rg=nobody]", lambda: client.update_resource_groups({"nobody": config(0, 0)}))
    refused(1100, "default resource group is not deletable", lambda: client.drop_resource_group(DEFAULT))
    refused(1100, "can only contain numbers, letters and underscores", lambda: client.create_resource_group("a-b"))
    client.drop_resource_group("nobody")
    wanted = config(1, 2, transfer_from=[{"resource_group": DEFAULT}], node_filter={"node_labels": [{"key": "zone", "value": "nowhere"}]})
    client.update_resource_groups({apart: wanted})
    told = client.describe_resource_group(apart)
    assert (told.name, told.capacity, told.num_available_node, told.config) == (apart, 1, 0, wanted)
    everybody = client.describe_resource_group(DEFAULT)
    assert everybody.num_available_node == len(everybody.nodes) > 0
    refused(1100, "resource group's limits node num is not 0", lambda: client.drop_resource_group(apart))


def test_a_collection_goes_with_its_group(client, name, apart):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    client.insert(name, [{"id": i, "vector": [float(i), 1.0, 0.0, 0.0]} for i in range(50)])
    refused(300, "resource group not found[rg=nobody]", lambda: client.load_collection(name, resource_groups=["nobody"]))
    refused(1100, "resource group num can only be 0, 1 or same as replica number",
            lambda: client.load_collection(name, resource_groups=[DEFAULT, apart]))
    refused(304, "resource group node not enough[rg=apart]", lambda: client.load_collection(name, resource_groups=[apart]))
    assert [r.resource_group for r in client.describe_replica(name)] == [DEFAULT]
    assert client.describe_resource_group(DEFAULT).num_loaded_replica[name] == 1

    nodes = client.describe_resource_group(DEFAULT).num_available_node
    client.update_resource_groups({apart: config(nodes, nodes)})
    assert len(client.describe_resource_group(apart).nodes) == nodes
    refused(1100, "only found [0] replicas", lambda: client.transfer_replica(apart, DEFAULT, name, 1))
    client.transfer_replica(DEFAULT, apart, name, 1)
    deadline = time.time() + 30
    while (dict(client.describe_replica(name)[0].num_outbound_node) or client.get_load_state(name)["state"] != LoadState.Loaded) and time.time() < deadline:
        time.sleep(0.1)
    assert [(r.resource_group, dict(r.num_outbound_node)) for r in client.describe_replica(name)] == [(apart, {})]
    client.flush(name)
    assert client.query(name, filter="id >= 0", output_fields=["count(*)"])[0]["count(*)"] == 50
    assert dict(client.describe_resource_group(apart).num_loaded_replica) == {name: 1}
    refused(1100, "some replicas still loaded in resource group[apart]", lambda: client.drop_resource_group(apart))
    client.release_collection(name)
    assert not client.describe_resource_group(apart).num_loaded_replica

    client.alter_collection_properties(name, {"collection.resource_groups": apart})
    client.load_collection(name)
    assert [r.resource_group for r in client.describe_replica(name)] == [apart]
    client.release_collection(name)
