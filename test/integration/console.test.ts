/** The console's sessions and stream, and who gets them; and the operations that the console and the commands share. */
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CONSOLE } from '#web/console/caps';
import type { LiveMessage } from '#web/operator/answers';
import { Puppet } from '../support/servers/server.ts';
import { type TestWorkbench, startTestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let workbench: TestWorkbench;
let bearer: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-console-'));
  workbench = await startTestWorkbench(data);
  bearer = (await readFile(join(data, 'operator-token'), 'utf8')).trim();
});
afterAll(async () => {
  await workbench.close();
  await rm(data, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly cookie: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** As a browser sends it from the page. */
const fromPage = (): Headers => ({
  origin: `http://127.0.0.1:${workbench.web.address.port}`,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
});

function ask(route: string, headers: Headers, body?: unknown): Promise<Answer> {
  const { host, port } = workbench.web.address;
  const path = `/api/operator/${route}`;
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host, port, path, method, headers }, (response) => {
      textOf(response).then((text) => {
        const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
        const [cookie] = response.headers['set-cookie'] ?? [];
        resolve({ status: response.statusCode ?? 0, text, body: json, cookie });
      }, reject);
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const newToken = (): string => new URL(workbench.consoleLink().url).hash.slice('#open='.length);

/** Headers of a console that has been opened. */
async function opened(): Promise<Headers> {
  const { status, cookie = '' } = await ask('session', fromPage(), { token: newToken() });
  expect(status).toBe(200);
  return { ...fromPage(), cookie: cookie.split(';', 1)[0] ?? '' };
}

describe('a link to the console', () => {
  it('is exchanged once for a cookie that no script can read and no other site can send', async () => {
    const token = newToken();
    expect(token).not.toBe(bearer);
    const { status, cookie } = await ask('session', fromPage(), { token });
    expect(status).toBe(200);
    const { port } = workbench.web.address;
    expect(cookie).toMatch(new RegExp(`^wireglass-console-${port}=[0-9a-f]{64}; `));
    for (const attribute of ['Path=/api/operator', 'HttpOnly', 'SameSite=Strict'])
      expect(cookie?.split('; ')).toContain(attribute);
    expect(cookie).not.toContain(token);
    const again = await ask('session', fromPage(), { token });
    expect([again.status, again.body['code'], again.cookie]).toEqual([401, 'console_link_used', undefined]);
    expect(workbench.log.join('')).not.toContain(token);
  });

  it.each([
    ['another site', { origin: 'https://example.net' }, 403, 'bad_origin'],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403, 'bad_origin'],
    ['a page that the browser calls foreign', { 'sec-fetch-site': 'same-site' }, 403, 'bad_origin'],
    ['a form', { 'content-type': 'text/plain' }, 415, 'not_json'],
  ])('is not exchanged for %s', async (_who, headers, status, code) => {
    const token = newToken();
    const answer = await ask('session', { ...fromPage(), ...headers }, { token });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect((await ask('session', fromPage(), { token })).status).toBe(200);
  });

  it('is not exchanged when the token is wrong or is that of the operator', async () => {
    for (const token of ['', '0'.repeat(64), bearer])
      expect(await ask('session', fromPage(), { token })).toMatchObject({ status: 401, cookie: undefined });
    expect(await ask('session', fromPage(), { token: 7 })).toMatchObject({ status: 400 });
  });
});

describe('a session of the console', () => {
  it('may do what the commands may', async () => {
    const headers = await opened();
    expect((await ask('status', headers)).body).toMatchObject({ problems: [] });
    expect((await ask('session', headers)).body).toMatchObject({ since: expect.any(Number) as number });
    const link = await ask('console/link', headers, {});
    expect(link.body['url']).toMatch(/\/console#open=[0-9a-f]{64}$/);
  });

  it('changes nothing unless the request says that it comes from the page, and is JSON', async () => {
    const { cookie = '' } = await opened();
    const refusals: readonly [Headers, number][] = [
      [{ cookie, 'content-type': 'application/json' }, 403],
      [{ ...fromPage(), cookie, origin: 'http://127.0.0.1:1' }, 403],
      [{ ...fromPage(), cookie, 'sec-fetch-site': 'cross-site' }, 403],
      [{ ...fromPage(), cookie, 'content-type': 'application/x-www-form-urlencoded' }, 415],
      [{ ...fromPage(), cookie, 'content-type': 'text/plain' }, 415],
    ];
    const before = await ask('psk', { cookie });
    for (const [headers, status] of refusals) {
      expect((await ask('psk/rotate', headers, { validFor: 1 })).status).toBe(status);
      expect((await ask('session/end', headers, { everywhere: true })).status).toBe(status);
    }
    expect((await ask('psk', { cookie })).text).toBe(before.text);
  });

  it('is nothing without its cookie, or with another', async () => {
    const headers = await opened();
    const { cookie, ...without } = headers;
    expect(await ask('status', without)).toMatchObject({
      status: 401,
      body: { code: 'operator_token_required' },
    });
    const other = { ...without, cookie: `${String(cookie).slice(0, -1)}z` };
    expect(await ask('status', other)).toMatchObject({ status: 401, body: { code: 'console_session_over' } });
    // A token that is wrong is not made up for by a cookie.
    const both = { ...headers, authorization: `Bearer ${'0'.repeat(64)}` };
    expect(await ask('status', both)).toMatchObject({ status: 401 });
  });

  it('ends, here or everywhere', async () => {
    const [one, two, three] = [await opened(), await opened(), await opened()];
    const ended = await ask('session/end', one, { everywhere: false });
    expect([ended.status, ended.cookie]).toEqual([
      200,
      expect.stringMatching(/=; .*Expires=Thu, 01 Jan 1970/),
    ]);
    expect((await ask('status', one)).status).toBe(401);
    expect((await ask('status', two)).status).toBe(200);
    expect((await ask('session/end', two, { everywhere: true })).body).toEqual({ sessions: 0 });
    expect((await ask('status', three)).status).toBe(401);
    const four = await opened();
    // Nobody waits for the audit log.
    await vi.waitFor(async () => {
      const { entries } = (await ask('audit?event=console.closed', four)).body as {
        entries: { detail?: string }[];
      };
      expect(entries.map(({ detail }) => detail)).toEqual([undefined, 'everywhere']);
    });
  });
});

describe('the stream of the console', () => {
  interface Stream {
    readonly next: (type: LiveMessage['type']) => Promise<LiveMessage>;
    readonly socket: WebSocket;
    readonly closed: Promise<number>;
  }

  async function stream(headers: Headers): Promise<Stream> {
    const { port } = workbench.web.address;
    const { cookie = '', origin = '' } = headers;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/operator/live`, { headers: { cookie, origin } });
    const got: LiveMessage[] = [];
    let wake = (): void => undefined;
    socket.on('message', (text: Buffer) => {
      got.push(JSON.parse(text.toString()) as LiveMessage);
      wake();
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send('{"type":"hello"}');
    const next = async (type: LiveMessage['type']): Promise<LiveMessage> => {
      for (;;) {
        const at = got.findIndex((message) => message.type === type);
        if (at >= 0) return got.splice(0, at + 1).at(-1) as LiveMessage;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    return { next, socket, closed };
  }

  it('has the past, then a sample every second, and ends with its session', async () => {
    const headers = await opened();
    const { next, closed } = await stream(headers);
    expect(await next('ready')).toMatchObject({ samples: expect.any(Array) as [] });
    const ana = await Puppet.join(workbench.target('tls'), 'ana');
    ana.say({ type: 'say', text: 'hi', ref: '1' });
    let bytes = 0;
    let delivered = 0;
    while (bytes === 0 || delivered === 0) {
      const message = await next('sample');
      if (message.type !== 'sample') continue;
      bytes += message.sample.wires.tls.in;
      delivered += message.sample.delivery?.count ?? 0;
      expect(message.sample.memory.resident).toBeGreaterThan(1e6);
    }
    await ana.close();
    await ask('session/end', headers, { everywhere: false });
    expect(await closed).toBe(4009);
  });

  it('is for nobody without a session, and for no other site', async () => {
    const { cookie = '', origin = '' } = await opened();
    await expect(stream({ origin })).rejects.toThrow('401');
    await expect(stream({ cookie, origin: 'https://example.net' })).rejects.toThrow('403');
  });

  it('is for so many at a time', async () => {
    const headers = await opened();
    const streams = await Promise.all(Array.from({ length: CONSOLE.streams }, () => stream(headers)));
    await Promise.all(streams.map(({ next }) => next('ready')));
    const { closed } = await stream(headers);
    expect(await closed).toBe(4004);
    for (const { socket } of streams) socket.terminate();
  });
});

describe('operations', () => {
  const command = (): Headers => ({ authorization: `Bearer ${bearer}`, 'content-type': 'application/json' });

  it('list accounts and connections with their bytes', async () => {
    const bo = await Puppet.join(workbench.target('psk'), 'bo');
    const rows = JSON.parse((await ask('connections', command())).text) as {
      name: string;
      received: number;
      sent: number;
    }[];
    const row = rows.find(({ name }) => name === 'bo');
    expect(row?.received).toBeGreaterThan(100);
    expect(row?.sent).toBeGreaterThan(100);
    await bo.close();
    await ask('accounts/add', command(), { name: 'dora', password: 'lantern-orchid-47-quay' });
    expect(JSON.parse((await ask('accounts', command())).text)).toMatchObject([
      { name: 'dora', role: 'user', secondFactor: false, sessions: 0, online: [] },
    ]);
  });

  it('page through the audit log, and verify it', async () => {
    const page = (await ask('audit?limit=1', command())).body as { entries: { id: number }[]; more: boolean };
    expect([page.entries.length, page.more]).toEqual([1, true]);
    const before = (await ask(`audit?limit=1&before=${page.entries[0]?.id}`, command())).body as typeof page;
    expect(before.entries[0]?.id).toBe((page.entries[0]?.id ?? 0) - 1);
    expect((await ask('audit?limit=0', command())).status).toBe(400);
    expect((await ask('audit/verify', command(), { noted: [] })).body).toMatchObject({ flaws: [] });
    expect((await ask('audit/verify', command(), { noted: ['f'.repeat(64)] })).body['flaws']).toHaveLength(1);
  });

  it('rotate and remove keys, and renew the certificate, without showing a secret', async () => {
    const rotated = await ask('psk/rotate', command(), { validFor: 60_000 });
    expect(rotated.status).toBe(200);
    const listed = await ask('psk', command());
    const keys = JSON.parse(listed.text) as { id: string; state: string }[];
    expect(keys.map(({ state }) => state)).toEqual(['in use', 'valid']);
    const file = await readFile(join(data, 'psk.keys'), 'utf8');
    for (const [hex] of file.matchAll(/[0-9a-f]{64}/g)) expect(listed.text + rotated.text).not.toContain(hex);
    expect((await ask('psk/remove', command(), { id: keys[1]?.id })).status).toBe(200);
    const last = await ask('psk/remove', command(), { id: keys[0]?.id });
    expect([last.status, last.body['code']]).toEqual([409, 'last_key']);
    const before = await ask('certificates', command());
    const renewed = await ask('certificates/renew', command(), {});
    expect(renewed.body['what']).toBe('server');
    expect(before.text).not.toContain(String(renewed.body['fingerprint']));
  });

  it('back up into the data folder, for the owner alone, and give the copy out', async () => {
    const made = await ask('backups', command(), {});
    const name = String(made.body['name']);
    const folder = join(data, 'backups');
    expect(await readdir(folder)).toEqual([name]);
    expect(((await stat(join(folder, name))).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
    expect(JSON.parse((await ask('backups', command())).text)).toMatchObject([{ name }]);
    expect((await ask(`backups/${name}`, command())).text).toMatch(/^SQLite format 3/);
    for (const other of ['..%2Fpsk.keys', '..%2f..%2fpsk.keys', 'chat.sqlite', `${name}.partial`])
      expect((await ask(`backups/${other}`, command())).status).toBe(404);
  });
});

describe('a wire', () => {
  const change = async (what: string, wire: string): Promise<Answer> =>
    ask(`wires/${what}`, { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }, { wire });

  it('that is stopped tells its clients and takes no more; the others go on; started, it is back', async () => {
    const { target } = workbench;
    const [ana, bo] = [await Puppet.join(target('tls'), 'fay'), await Puppet.join(target('plain'), 'gus')];
    const stopped = await change('stop', 'tls');
    expect(stopped.body).toMatchObject({ wire: 'tls', state: 'stopped', connections: 0 });
    expect((await ana.rest()).at(-1)).toMatchObject({ type: 'error', code: 'wire_stopped', fatal: true });
    await expect(Puppet.dial(target('tls'))).rejects.toThrow('ECONNREFUSED');
    expect((await change('stop', 'tls')).body).toMatchObject({ code: 'stopped_already' });
    bo.say({ type: 'say', text: 'still here', ref: '1' });
    for (let message = await bo.next(); message?.type !== 'ack'; message = await bo.next())
      expect(message).toBeDefined();
    expect((await change('start', 'tls')).body).toMatchObject({ state: 'open', port: target('tls').port });
    await (await Puppet.join(target('tls'), 'hal')).close();
    expect((await change('start', 'tls')).body).toMatchObject({ code: 'open_already' });
    await bo.close();
  });

  it('cannot be started while another program has its port, and stays stopped', async () => {
    const { createServer } = await import('node:net');
    const { host = '', port } = workbench.target('plain');
    await change('stop', 'plain');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, host, resolve));
    const refused = await change('start', 'plain');
    expect([refused.status, refused.body['code']]).toEqual([409, 'cannot_listen']);
    expect(refused.body['message']).toContain('another program');
    await new Promise((resolve) => other.close(resolve));
    expect((await change('start', 'plain')).status).toBe(200);
  });

  it('is one of four', async () => {
    expect((await change('stop', 'carrier pigeon')).status).toBe(400);
  });
});
