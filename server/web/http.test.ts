import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import { reachableAddresses } from '#web/reach';
import { fromHex } from '#protocol/bytes';
import type { Web } from './web.ts';
import { TOKEN, PAGE, staticDir, start, ask, useWeb } from '../../test/support/servers/http.ts';

useWeb();

describe('the page', () => {
  it('is served with headers that say what the browser must refuse', async () => {
    const { status, headers, body } = await ask(await start(), '/');
    expect([status, body.toString()]).toEqual([200, PAGE]);
    expect(headers['content-type']).toContain('text/html');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect(headers['content-security-policy']).toContain("style-src 'self';");
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('has files that may be kept, because their names change with their content', async () => {
    const { headers } = await ask(await start(), '/assets/index-4f2a.js');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toContain('javascript');
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fetc/passwd', '/.env', '/none'])(
    'is not found at %s',
    async (path) => {
      const { status, body } = await ask(await start(), path);
      expect([400, 403, 404]).toContain(status);
      expect(body.toString()).not.toContain('SECRET');
    },
  );

  it('says how to build it when it is not built', async () => {
    const web = await start({ staticDir: join(staticDir, 'nowhere') });
    const shown = await ask(web, '/', { accept: 'text/html,*/*' });
    expect(shown.status).toBe(503);
    expect(shown.body.toString()).toContain('npm run build');
    const told = await ask(web, '/');
    expect(told.json()).toMatchObject({ code: 'not_built' });
  });

  it('is served as soon as it is built', async () => {
    const late = join(staticDir, 'late');
    const web = await start({ staticDir: late });
    expect((await ask(web, '/')).status).toBe(503);
    mkdirSync(late);
    writeFileSync(join(late, 'index.html'), PAGE);
    expect((await ask(web, '/')).status).toBe(200);
  });

  it('is a designed one for an unknown address, or JSON for a program', async () => {
    const web = await start();
    const shown = await ask(web, '/nothing', { accept: 'text/html' });
    expect([shown.status, shown.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(shown.body.toString()).toContain('There is nothing here');
    expect((await ask(web, '/nothing')).json()).toMatchObject({ code: 'not_found' });
    expect((await ask(web, '/api/nothing', { accept: 'text/html' })).json()).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the docs site', () => {
  it('is served at /docs/, without the token that the API needs', async () => {
    mkdirSync(join(staticDir, 'docs', 'labs'), { recursive: true });
    writeFileSync(join(staticDir, 'docs', 'index.html'), '<!doctype html><title>Docs</title>');
    writeFileSync(join(staticDir, 'docs', 'labs', 'index.html'), '<!doctype html><title>Labs</title>');
    const web = await start({ host: '0.0.0.0' });
    const home = await ask(web, '/docs/');
    expect([home.status, home.headers['content-type'], home.body.toString()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html><title>Docs</title>',
    ]);
    expect(home.headers['content-security-policy']).toContain("default-src 'self'");
    expect((await ask(web, '/docs/labs/')).body.toString()).toContain('Labs');
    const moved = await ask(web, '/docs');
    expect([moved.status, moved.headers['location']]).toEqual([301, '/docs/']);
    expect((await ask(web, '/api/info')).status).toBe(401);
  });

  it('says how to build it when it is not built', async () => {
    const shown = await ask(await start(), '/docs/', { accept: 'text/html' });
    expect(shown.status).toBe(503);
    expect(shown.body.toString()).toContain('npm run build');
  });
});

describe('the API', () => {
  it('says what is running where', async () => {
    const { json } = await ask(await start(), '/api/info');
    expect(json()).toEqual({
      version: '1.2.3',
      wires: [{ wire: 'plain', host: '127.0.0.1', port: 5555, tapped: true }],
      tap: { held: 0, cap: 64 * 1024 * 1024 },
      tokenRequired: false,
      hosts: [],
      data: null,
      pieces: null,
      ca: '/api/ca.pem',
      demoKey: null,
      stepIn: false,
    });
  });

  it('answers anyone who asks whether it is alive', async () => {
    const web = await start({ host: '0.0.0.0' });
    expect((await ask(web, '/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('refuses a name that is not this machine’s, whatever the request', async () => {
    const web = await start();
    for (const path of ['/', '/api/info', '/healthz', '/nothing']) {
      const { status, json } = await ask(web, path, { host: 'evil.example' });
      expect([status, json()]).toMatchObject([403, { code: 'bad_host' }]);
    }
  });

  it('refuses the page of another site', async () => {
    const web = await start();
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status, json } = await ask(web, '/api/info', headers);
      expect([status, json()]).toMatchObject([403, { code: 'bad_origin' }]);
    }
    const own = { origin: `http://127.0.0.1:${web.address.port}` };
    expect((await ask(web, '/api/info', own)).status).toBe(200);
  });

  it('requires the token beyond loopback, however the path is spelt', async () => {
    const web = await start({ host: '0.0.0.0' });
    for (const path of ['/api/info', '/api/capture', '/%61pi/info', `/api/info?token=${TOKEN}`]) {
      const { status, headers, json } = await ask(web, path);
      expect([status, json()]).toMatchObject([401, { code: 'token_required' }]);
      expect(headers['www-authenticate']).toBe('Bearer');
    }
    const wrong = await ask(web, '/api/info', { authorization: `Bearer ${TOKEN.replace('9', '8')}` });
    expect(wrong.status).toBe(401);
    const right = await ask(web, '/api/info', { authorization: `Bearer ${TOKEN}` });
    expect(right.json()).toMatchObject({ tokenRequired: true });
    expect((await ask(web, '/')).status).toBe(200);
  });

  it('puts the token into the fragment of the start link, but only if one is needed', async () => {
    const home = await start();
    expect(home.url).toBe(`http://127.0.0.1:${home.address.port}/`);
    const wide = await start({ host: '0.0.0.0' });
    const { search, hash, port } = new URL(wide.url);
    expect([search, hash, port]).toEqual(['', `#token=${TOKEN}`, String(wide.address.port)]);
  });

  it.each(['/%zz', '/api/%c3%28'])('has a coded answer to the broken address %s', async (path) => {
    const { status, headers, json } = await ask(await start(), path);
    expect([status, json()]).toMatchObject([400, { code: 'bad_request' }]);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('answers bytes that are not HTTP with an error code', async () => {
    const web = await start();
    const socket = connect(web.address.port, '127.0.0.1');
    socket.write(fromHex('16030100'));
    socket.write('\r\n\r\n');
    let answer = '';
    for await (const part of socket) answer += String(part);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('"code":"bad_request"');
  });

  it.each(['localhost', '::1', '::'])('is reached on %s', async (host) => {
    const web = await start({ host });
    const { hostname, hash } = new URL(web.url);
    expect(hash).toBe(host === '::' ? `#token=${TOKEN}` : '');
    if (host !== '::') expect(hostname).toBe(host === '::1' ? '[::1]' : host);
    const dialled = host === 'localhost' ? 'localhost' : '::1';
    const asking = request({ port: web.address.port, host: dialled, path: '/healthz', agent: false }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    expect([response.statusCode, String(await buffer(response))]).toEqual([200, '{"status":"ok"}']);
  });

  it('rejects when its port is in use', async () => {
    const first = await start();
    await expect(start({ port: first.address.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a connection without a complete request', () => {
  const silent = async (web: Web, first = ''): Promise<Socket> => {
    const socket = connect({ port: web.address.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    if (first !== '') socket.write(first);
    return socket;
  };
  const ended = (sockets: readonly Socket[]) =>
    sockets.map((socket) => socket.readableEnded || socket.destroyed);

  it.each([
    '',
    'GET / HTTP/1.1\r\nHost: 127',
    'POST /api/info HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n',
  ])('makes room for others, the oldest first, after %j', async (first) => {
    const web = await start({ callers: { total: 3, perNetwork: 3 } });
    const crowd: Socket[] = [];
    for (let i = 0; i < 3; i++) crowd.push((await silent(web, first)).resume());
    expect((await ask(web, '/healthz')).status).toBe(200);
    await expect.poll(() => ended(crowd)).toEqual([true, false, false]);
    for (const socket of crowd) socket.destroy();
  });

  it('is closed after a refusal, even if it does not close its own end', async () => {
    const web = await start();
    const socket = await silent(web, 'this is not HTTP\r\n\r\n');
    const server = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (bytes: Buffer) => (text += bytes.toString())).once('end', () => resolve(text));
    });
    expect(server).toMatch(/^HTTP\/1\.1 400 /);
    // Its own half is still open: only a socket that is closed for good answers a byte with a reset.
    const reset = new Promise((resolve) => socket.once('close', resolve));
    const beat = setInterval(() => socket.write('x'), 10);
    await reset;
    clearInterval(beat);
  });
});

describe('a method that the path does not accept', () => {
  const asked = async (web: Web, method: string, path: string): Promise<IncomingMessage> => {
    const { port } = web.address;
    const asking = request({ port, host: '127.0.0.1', path, method, agent: false });
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  };

  it.each([
    ['DELETE', '/', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/assets/index-4f2a.js', 'GET, HEAD'],
    ['OPTIONS', '/', 'GET, HEAD'],
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['POST', '/api/info', 'GET, HEAD'],
    ['PATCH', '/api/capture', 'GET, HEAD'],
  ])('%s %s is refused with those that it accepts', async (method, path, allow) => {
    const { statusCode, headers } = await asked(await start(), method, path);
    expect([statusCode, headers.allow]).toEqual([405, allow]);
  });

  it('is not reported where there is nothing', async () => {
    expect((await asked(await start(), 'DELETE', '/api/none')).statusCode).toBe(404);
    expect((await asked(await start(), 'GET', '/none')).statusCode).toBe(404);
  });

  it('is refused even when the page is not built', async () => {
    const web = await start({ staticDir: join(staticDir, 'nowhere') });
    expect((await asked(web, 'DELETE', '/')).statusCode).toBe(405);
  });
});

describe('what a client on another machine needs', () => {
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const key = fromHex('5a'.repeat(32));
  const bearer = { authorization: `Bearer ${TOKEN}` };

  it('can be downloaded with the token', async () => {
    const web = await start({ host: '0.0.0.0', relay: { ca, keys: [{ id: 'demo-1', key }] } });
    expect((await ask(web, '/api/ca.pem', bearer)).body.toString()).toBe(ca);
    const { headers, body } = await ask(web, '/api/demo-psk', bearer);
    expect(headers['content-disposition']).toBe('attachment; filename="demo-psk.keys"');
    expect(body.toString()).toContain('A demo key');
    expect(parseKeyFile(body.toString())).toEqual([{ id: 'demo-1', key }]);
    for (const path of ['/api/ca.pem', '/api/demo-psk']) expect((await ask(web, path)).status).toBe(401);
    const info = (await ask(web, '/api/info', bearer)).json() as { hosts: string[] };
    expect(info).toMatchObject({ ca: '/api/ca.pem', demoKey: '/api/demo-psk', data: null });
    expect(info.hosts).toEqual(reachableAddresses());
  });

  it('does not include a key that somebody made for real use', async () => {
    const web = await start({
      relay: {
        ca,
        keys: [
          { id: 'office', key },
          { id: 'demo-1', key },
        ],
      },
    });
    expect((await ask(web, '/api/demo-psk')).json()).toMatchObject({ code: 'no_demo_key' });
    expect((await ask(web, '/api/info')).json()).toMatchObject({ demoKey: null, hosts: [] });
  });

  it('is refused differently for a wrong token and a missing one', async () => {
    const web = await start({ host: '0.0.0.0' });
    const wrong = (await ask(web, '/api/info', { authorization: `Bearer ${'0'.repeat(64)}` })).json();
    expect(wrong).toMatchObject({
      code: 'token_wrong',
      message: expect.stringContaining('another server') as string,
    });
    expect((await ask(web, '/api/info')).json()).toMatchObject({ code: 'token_required' });
  });
});
