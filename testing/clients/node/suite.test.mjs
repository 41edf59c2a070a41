// @zilliz/milvus2-sdk-node, unmodified, against a real Elanus process.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import crypto from 'node:crypto';
import {mkdtempSync, rmSync, openSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';
import {MilvusClient, DataType, MetricType, IndexType, RRFRanker} from '@zilliz/milvus2-sdk-node';

const launcher = process.env.ELANUS_LAUNCHER ?? path.resolve(import.meta.dirname, '../../../elanus');
const folder = mkdtempSync(path.join(os.tmpdir(), 'elanus-node-'));
let port;
let server;
let client;

// Below the ports that the system gives to outgoing connections, so that nobody has it when the server comes back to it.
async function freePort() {
  for (;;) {
    const port = 20000 + crypto.randomInt(10000);
    const free = await new Promise(resolve => {
      const s = net.createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => s.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

async function start() {
  const log = openSync(path.join(folder, 'server.log'), 'a');
  server = spawn(launcher, ['start', '--data', path.join(folder, 'data'), '--port', String(port), '--http-port', '0'],
      {stdio: ['ignore', 'pipe', log]});
  for await (const line of createInterface({input: server.stdout})) {
    if (line.startsWith('ready')) return;
  }
  throw new Error('the server ended before it was ready');
}

const stop = () => new Promise(resolve => {
  server.once('exit', resolve);
  server.kill('SIGTERM');
});

const UNAVAILABLE = 14; // of gRPC: nothing answered

// The server counts from its "ready": a client of its own is served at once. The old client comes back when it may: a channel that was refused
// once fails every call until its back-off of a second or more is over, and something always calls at the wrong time (its own heartbeat,
// if nothing else; here the test does, so that every run goes this way). Only that is waited for; any answer of the server counts.
async function restart() {
  await stop();
  await assert.rejects(client.checkHealth(), {code: UNAVAILABLE});
  await start();
  const fresh = new MilvusClient({address: `127.0.0.1:${port}`, channelOptions: {'grpc.use_local_subchannel_pool': 1}});
  await fresh.connectPromise;
  assert.equal((await fresh.checkHealth()).isHealthy, true);
  await fresh.closeConnection();
  for (let tries = 1; ; tries++) {
    try {
      assert.equal((await client.checkHealth()).isHealthy, true);
      return;
    } catch (refused) {
      if (refused.code !== UNAVAILABLE || tries === 100) throw refused;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

const vector = (seed, dim) => Array.from({length: dim}, (_, i) => Math.sin(seed * 12.9898 + i * 78.233));

const product = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const squaredDistance = (a, b) => a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);

before(async () => {
  port = await freePort();
  await start();
  client = new MilvusClient({address: `127.0.0.1:${port}`});
  await client.connectPromise;
});

after(async () => {
  await client.closeConnection();
  await stop();
  rmSync(folder, {recursive: true, force: true});
});

const ok = answer => {
  const status = answer.status ?? answer;
  assert.equal(Number(status.code ?? 0), 0, JSON.stringify(status));
  return answer;
};

test('version and health', async () => {
  assert.match((await client.getVersion()).version, /3\.0|2\./);
  assert.equal((await client.checkHealth()).isHealthy, true);
});

test('schema, index, insert, search, query, delete, restart', async () => {
  ok(await client.createCollection({
    collection_name: 'node_full',
    consistency_level: 'Strong',
    enable_dynamic_field: true,
    fields: [
      {name: 'id', data_type: DataType.Int64, is_primary_key: true},
      {name: 'title', data_type: DataType.VarChar, max_length: 64, nullable: true},
      {name: 'tags', data_type: DataType.Array, element_type: DataType.VarChar, max_capacity: 4, max_length: 16},
      {name: 'meta', data_type: DataType.JSON},
      {name: 'v', data_type: DataType.FloatVector, dim: 8},
    ],
  }));
  ok(await client.createIndex({collection_name: 'node_full', field_name: 'v', index_type: IndexType.HNSW,
    metric_type: MetricType.COSINE, params: {M: 8, efConstruction: 64}}));
  ok(await client.loadCollectionSync({collection_name: 'node_full'}));
  const rows = Array.from({length: 300}, (_, i) => ({id: i, title: i % 4 ? `title ${i}` : null, tags: [`k${i % 3}`],
    meta: {n: i}, v: vector(i, 8), color: i % 2 ? 'red' : 'blue'}));
  const inserted = ok(await client.insert({collection_name: 'node_full', data: rows}));
  assert.equal(Number(inserted.insert_cnt), 300);
  let found = ok(await client.search({collection_name: 'node_full', data: vector(17, 8), limit: 3, output_fields: ['id', 'title', 'color']}));
  assert.equal(Number(found.results[0].id), 17);
  assert.equal(found.results[0].title, 'title 17');
  let got = ok(await client.query({collection_name: 'node_full', filter: 'meta["n"] < 10 and color == "red"', output_fields: ['id', 'tags', 'meta']}));
  assert.deepEqual(got.data.map(r => Number(r.id)), [1, 3, 5, 7, 9]);
  assert.deepEqual(got.data[0].tags, ['k1']);
  ok(await client.flushSync({collection_names: ['node_full']}));
  ok(await client.delete({collection_name: 'node_full', ids: [1, 3]}));
  await restart();
  got = ok(await client.query({collection_name: 'node_full', filter: 'id < 6', output_fields: ['id']}));
  assert.deepEqual(got.data.map(r => Number(r.id)), [0, 2, 4, 5]);
  const count = ok(await client.count({collection_name: 'node_full'}));
  assert.equal(Number(count.data), 298);
  ok(await client.dropCollection({collection_name: 'node_full'}));
});

test('hybrid search, aliases, partitions, databases, iterators', async () => {
  ok(await client.createCollection({
    collection_name: 'node_two', consistency_level: 'Strong',
    fields: [
      {name: 'id', data_type: DataType.Int64, is_primary_key: true},
      {name: 'a', data_type: DataType.FloatVector, dim: 4},
      {name: 'b', data_type: DataType.FloatVector, dim: 8},
    ],
    index_params: [
      {field_name: 'a', index_type: 'FLAT', metric_type: 'L2'},
      {field_name: 'b', index_type: 'AUTOINDEX', metric_type: 'IP'},
    ],
  }));
  ok(await client.loadCollectionSync({collection_name: 'node_two'}));
  ok(await client.createPartition({collection_name: 'node_two', partition_name: 'p'}));
  ok(await client.insert({collection_name: 'node_two', partition_name: 'p',
    data: Array.from({length: 100}, (_, i) => ({id: i, a: vector(i, 4), b: vector(i + 1000, 8)}))}));
  ok(await client.createAlias({collection_name: 'node_two', alias: 'node_alias'}));
  const [qa, qb] = [vector(5, 4), vector(1005, 8)];
  const hybrid = ok(await client.hybridSearch({
    collection_name: 'node_alias', limit: 5, rerank: RRFRanker(60),
    data: [{anns_field: 'a', data: qa}, {anns_field: 'b', data: qb}],
  }));
  const best = (score, n) => Array.from({length: 100}, (_, i) => i).sort((x, y) => score(y) - score(x)).slice(0, n);
  const fused = new Map();
  for (const ranking of [best(i => -squaredDistance(vector(i, 4), qa), 5), best(i => product(vector(i + 1000, 8), qb), 5)]) {
    ranking.forEach((id, rank) => fused.set(id, (fused.get(id) ?? 0) + 1 / (60 + rank + 1)));
  }
  const scores = [...fused.values()].sort((x, y) => y - x).slice(0, 5);
  assert.equal(hybrid.results.length, 5);
  hybrid.results.forEach((hit, i) => assert.ok(Math.abs(hit.score - scores[i]) < 1e-5, `${hit.score} is not ${scores[i]}`));
  assert.ok(hybrid.results.some(hit => Number(hit.id) === 5));
  const iterator = await client.queryIterator({collection_name: 'node_two', batchSize: 30, expr: 'id >= 0', output_fields: ['id']});
  const seen = [];
  for await (const page of iterator) seen.push(...page.map(r => Number(r.id)));
  assert.deepEqual(seen, Array.from({length: 100}, (_, i) => i));
  ok(await client.createDatabase({db_name: 'node_db'}));
  assert.ok((await client.listDatabases()).db_names.includes('node_db'));
  ok(await client.dropDatabase({db_name: 'node_db'}));
  ok(await client.dropAlias({alias: 'node_alias'}));
  ok(await client.dropCollection({collection_name: 'node_two'}));
});

test('every page of an iterator, partitions, databases, levels and a restart', async () => {
  ok(await client.createDatabase({db_name: 'node_db2'}));
  const where = {collection_name: 'pages', db_name: 'node_db2'};
  ok(await client.createCollection({...where, consistency_level: 'Bounded', fields: [
    {name: 'id', data_type: DataType.Int64, is_primary_key: true},
    {name: 'v', data_type: DataType.FloatVector, dim: 4},
  ]}));
  ok(await client.createIndex({...where, field_name: 'v', index_type: 'FLAT', metric_type: 'L2'}));
  assert.ok(!(await client.listCollections({db_name: 'default'})).data.some(c => c.name === 'pages'));
  ok(await client.loadCollectionSync(where));
  for (const partition of ['even', 'odd']) ok(await client.createPartition({...where, partition_name: partition}));
  const row = i => ({id: i, v: [i, 0, 0, 0]});
  const range = (from, to, step) => Array.from({length: Math.ceil((to - from) / step)}, (_, i) => from + i * step);
  ok(await client.insert({...where, partition_name: 'even', data: range(0, 200, 2).map(row)}));
  ok(await client.insert({...where, partition_name: 'odd', data: range(1, 200, 2).map(row)}));
  assert.equal((await client.listPartitions(where)).partition_names.length, 3);
  for (const level of ['Strong', 'Session', 'Bounded', 'Eventually']) {
    const got = ok(await client.query({...where, filter: 'id < 4', output_fields: ['id'], consistency_level: level}));
    if (level === 'Strong' || level === 'Session') assert.deepEqual(got.data.map(r => Number(r.id)), [0, 1, 2, 3]);
  }
  const strong = {...where, consistency_level: 'Strong'};
  let hits = ok(await client.search({...strong, data: [7, 0, 0, 0], limit: 2, partition_names: ['even']}));
  assert.deepEqual(hits.results.map(h => Number(h.id)).sort(), [6, 8]);
  ok(await client.upsert({...where, partition_name: 'odd', data: [{id: 7, v: [500, 0, 0, 0]}]}));
  await restart();
  hits = ok(await client.search({...strong, data: [499, 0, 0, 0], limit: 1, output_fields: ['id']}));
  assert.equal(Number(hits.results[0].id), 7);
  const iterator = await client.searchIterator({...strong, data: [0, 0, 0, 0], batchSize: 40, limit: 150, output_fields: ['id']});
  const seen = [];
  for await (const page of iterator) seen.push(...page.map(r => Number(r.id)));
  assert.equal(seen.length, 150);
  assert.equal(new Set(seen).size, 150);
  ok(await client.releasePartitions({...where, partition_names: ['even']}));
  ok(await client.dropPartition({...where, partition_name: 'even'}));
  const refused = await client.dropDatabase({db_name: 'node_db2'});
  assert.match(refused.reason, /not empty/);
  ok(await client.dropCollection(where));
  ok(await client.dropDatabase({db_name: 'node_db2'}));
});

test('errors are told', async () => {
  const answer = await client.query({collection_name: 'nowhere', filter: 'id > 0'}).catch(e => e);
  assert.match(answer.message ?? answer.status.reason, /not found/);
});
