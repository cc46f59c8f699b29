import { hostname, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { checkBearer, checkHost, checkOrigin, isLoopback, sameToken } from './guard.ts';

const TOKEN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

describe('the Host header', () => {
  const machine = hostname().toLowerCase();

  it.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
    'localhost.:8080',
    '127.0.0.1:8080',
    '[::1]:8080',
    '[::1]',
    machine,
    `${machine}.local:8080`,
  ])('%s names this machine', (header) => {
    expect(checkHost(header, '127.0.0.1')).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@localhost',
    'localhost:8080@evil.example',
    'localhost/evil.example',
    'localhost:8080:1',
    '127.0.0.2',
    '[::1',
    'local\u0000host',
  ])('%j does not', (header) => {
    expect(checkHost(header, '127.0.0.1')).toMatchObject({ status: 403, code: 'bad_host' });
  });

  it('may be the address that the server was bound to', () => {
    expect(checkHost('192.0.2.7:8080', '192.0.2.7')).toBeUndefined();
    expect(checkHost('192.0.2.8:8080', '192.0.2.7')).toMatchObject({ code: 'bad_host' });
  });

  it('may be any address of this machine when it is bound to all of them', () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, family } of own) {
      const header = family === 'IPv6' ? `[${address}]:8080` : `${address}:8080`;
      expect(checkHost(header, '0.0.0.0')).toBeUndefined();
    }
    expect(checkHost('192.0.2.200:8080', '0.0.0.0')).toMatchObject({ code: 'bad_host' });
  });
});

describe('the Origin header', () => {
  const host = 'localhost:8080';

  it.each([
    {},
    { origin: 'http://localhost:8080' },
    { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('%j comes from the page itself, or from no browser', (headers) => {
    expect(checkOrigin({ host, ...headers })).toBeUndefined();
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:5173' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://localhost:8080.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' },
  ])('%j comes from another site', (headers) => {
    expect(checkOrigin({ host, ...headers })).toMatchObject({ status: 403, code: 'bad_origin' });
  });
});

describe('the token', () => {
  it('is accepted as a bearer token', () => {
    expect(checkBearer({ authorization: `Bearer ${TOKEN}` }, TOKEN)).toBeUndefined();
    expect(checkBearer({ authorization: `bearer ${TOKEN}` }, TOKEN)).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'Bearer',
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN}0`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
  ])('is refused as %j', (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const code = /^Bearer ./.test(authorization ?? '') ? 'token_wrong' : 'token_required';
    expect(checkBearer(headers, TOKEN)).toMatchObject({ status: 401, code });
  });

  it('is not required if there is none', () => expect(checkBearer({}, undefined)).toBeUndefined());

  it('is not matched by an empty token', () => {
    expect(sameToken(undefined, '')).toBe(false);
    // An empty token file lets nobody in.
    expect(sameToken('', '')).toBe(false);
    expect(sameToken(undefined, TOKEN)).toBe(false);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
  ['127.evil.example', false],
])('%s is loopback: %s', (host, loopback) => expect(isLoopback(host)).toBe(loopback));
