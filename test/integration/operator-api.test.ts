/** What the operator's API, the health check and the metrics answer, and to whom. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HISTOGRAMS, METRICS } from '#web/metrics';
import { Puppet } from '../support/servers/server.ts';
import { type TestWorkbench, startTestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let workbench: TestWorkbench;
let token: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-operator-'));
  workbench = await startTestWorkbench(data);
  token = (await readFile(join(data, 'operator-token'), 'utf8')).trim();
});
afterAll(async () => {
  await workbench.close();
  await rm(data, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const { host, port } = workbench.web.address;
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host, port, path, method, headers }, (response) => {
      textOf(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.on('error', reject).end(body);
  });
}

const allowed = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = (route: string, body: unknown): Promise<Answer> =>
  ask(`/api/operator/${route}`, { ...allowed(), 'content-type': 'application/json' }, JSON.stringify(body));

describe('the secret', () => {
  it('has 256 bits, is not that of the page, and is in no log', () => {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(token).not.toBe(workbench.data.token);
    expect(workbench.log.join('')).not.toContain(token);
  });

  it.each([
    ['no secret', {}, 401],
    ['a wrong one', { authorization: `Bearer ${'0'.repeat(64)}` }, 401],
    ['one in the query', {}, 401, `?token=${'0'.repeat(64)}`],
    ['another scheme', { authorization: 'Basic abc' }, 401],
  ])('with %s nothing is answered', async (_what, headers, status, query = '') => {
    const answer = await ask(`/api/operator/status${query}`, headers);
    expect(answer).toMatchObject({ status });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'operator_token_required' });
  });

  it('is not the one of the page', async () => {
    const headers = { authorization: `Bearer ${workbench.data.token}` };
    expect(await ask('/api/operator/status', headers)).toMatchObject({ status: 401 });
  });

  it.each([
    [{ origin: 'https://example.net' }, 'bad_origin'],
    [{ 'sec-fetch-site': 'cross-site' }, 'bad_origin'],
    [{ host: 'rebound.example.net' }, 'bad_host'],
  ])('does not help a request with %j', async (headers, code) => {
    const answer = await ask('/api/operator/status', { ...allowed(), ...headers });
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([403, code]);
  });
});

describe('requests', () => {
  it.each([
    ['run', { type: 'say', text: 'hi' }, 'expected'],
    ['run', { type: 'kick' }, 'name'],
    ['run', [], 'expected'],
    ['accounts/add', { name: 'ana' }, 'expected'],
    ['accounts/add', { name: 'ana', password: 'x', role: 'admin' }, 'expected'],
    ['accounts/add', { name: 'ana', password: 7 }, 'expected'],
  ])('%s refuses %j', async (route, body, words) => {
    const answer = await post(route, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(words);
  });

  it('repeat no password in what they refuse', async () => {
    const { status, body } = await post('accounts/add', {
      name: 'ana',
      password: 'correct horse'.repeat(200),
    });
    expect(status).toBe(400);
    expect(body).not.toContain('correct');
  });

  it('have a cap', async () => {
    expect(await post('run', { type: 'kick', name: 'x'.repeat(20_000) })).toMatchObject({ status: 413 });
  });

  it('answer with what the rules of the chat refuse', async () => {
    const { status, body } = await post('accounts/add', { name: 'ana', password: 'password1' });
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([409, 'weak_password']);
    const kick = await post('run', { type: 'kick', name: 'nobody-here' });
    expect(JSON.parse(kick.body)).toMatchObject({ type: 'error', code: 'no_such_member' });
  });

  it('show who is connected, and disconnect somebody', async () => {
    const bo = await Puppet.join(workbench.target('psk'), 'bo');
    const rows = JSON.parse((await ask('/api/operator/connections', allowed())).body) as object[];
    expect(rows).toMatchObject([
      { wire: 'psk', name: 'bo', role: 'guest', address: '127.0.0.1', rooms: ['lobby'], backlog: 0 },
    ]);
    expect(JSON.parse((await ask('/api/operator/rooms', allowed())).body)).toMatchObject([
      { name: 'lobby', members: 1, connections: 1 },
    ]);
    expect(
      JSON.parse((await post('run', { type: 'kick', name: 'bo', reason: 'rest a while' })).body),
    ).toMatchObject({
      type: 'done',
      of: 'kick',
    });
    expect(JSON.stringify(await bo.rest())).toContain('rest a while');
  });
});

describe('health', () => {
  it('is asked without a secret', async () => {
    expect(await ask('/healthz')).toEqual({ status: 200, body: '{"status":"ok"}' });
  });

  it('is gone while the database cannot be written to', async () => {
    const { database } = workbench.data;
    // Root can write to everything: for root the file is taken away, and put back.
    const { rename } = await import('node:fs/promises');
    await rename(database, `${database}.away`);
    const { status, body } = await ask('/healthz');
    await rename(`${database}.away`, database);
    await chmod(database, 0o600);
    expect(status).toBe(503);
    expect(JSON.parse(body)).toEqual({
      status: 'unavailable',
      reasons: ['the database was deleted, moved away or replaced', 'the database cannot be written to'],
    });
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
  });
});

describe('metrics', () => {
  it('have names as Prometheus wants them', () => {
    for (const { name, kind, help } of METRICS) {
      expect(name).toMatch(/^wireglass_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
      expect(help).toMatch(/\.$/);
    }
  });

  it('say what has happened', async () => {
    const before = await figures();
    const ana = await Puppet.join(workbench.target('tls'), 'ana');
    ana.say({ type: 'say', text: 'hi', ref: '1' }, { type: 'say', text: 'ho', room: 'nowhere', ref: '2' });
    const answers = [await ana.next(), await ana.next()].map((message) => message?.type);
    expect(answers.sort()).toEqual(['ack', 'error']);
    const now = await figures();
    const more = (name: string): number => (now.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(now.get('wireglass_connections{wire="tls"}')).toBe(1);
    expect(now.get('wireglass_members')).toBe(1);
    expect(more('wireglass_messages_stored_total')).toBe(1);
    expect(more('wireglass_commit_messages_sum')).toBe(1);
    expect(more('wireglass_commit_duration_seconds_count')).toBe(1);
    expect(more('wireglass_connections_accepted_total{wire="tls"}')).toBe(1);
    expect(more('wireglass_received_bytes_total{wire="tls"}')).toBeGreaterThan(300);
    expect(more('wireglass_sent_bytes_total{wire="tls"}')).toBeGreaterThan(1_000);
    expect(more('wireglass_deliveries_total')).toBeGreaterThanOrEqual(4);
    expect(
      [...now.keys()].filter((name) => name.startsWith('wireglass_refusals_total')).length,
    ).toBeGreaterThan(0);
    expect(now.has('process_cpu_seconds_total')).toBe(true);
    expect([...now.keys()].some((name) => name.startsWith('nodejs_eventloop_lag_p99'))).toBe(true);
    await ana.close();
  });

  it('explain each of their own', async () => {
    const { body } = await ask('/metrics');
    for (const { name, help } of [...METRICS, ...HISTOGRAMS])
      expect(body).toContain(`# HELP ${name} ${help}`);
  });
});

async function figures(): Promise<Map<string, number>> {
  const { body } = await ask('/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
