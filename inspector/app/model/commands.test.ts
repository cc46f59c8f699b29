import { describe, expect, it } from 'vitest';
import { type ServerInfo, chatCommand, toolCommand } from './commands.ts';

const SERVER: ServerInfo = { data: null, ca: '/api/ca.pem', demoKey: '/api/demo-psk' };
const ELSEWHERE = { ...SERVER, data: '/srv/my chat' };
const OWN_KEY = { ...SERVER, demoKey: null };

describe('the command for a terminal', () => {
  it.each([
    ['plain', 5555, 'localhost', SERVER, '--wire plain --port 5555'],
    ['tls', 5557, '127.0.0.1', ELSEWHERE, "--wire tls --port 5557 --data '/srv/my chat'"],
    ['psk', 5556, '[::1]', undefined, '--wire psk --port 5556'],
    ['plain', 5555, '192.0.2.7', ELSEWHERE, '--wire plain --host 192.0.2.7 --port 5555'],
    ['tls', 5557, '[2001:db8::7]', SERVER, '--wire tls --host 2001:db8::7 --port 5557 --ca ca.pem'],
    [
      'psk',
      5556,
      'lab.example',
      SERVER,
      '--wire psk --host lab.example --port 5556 --psk-file demo-psk.keys',
    ],
    ['psk', 5556, 'lab.example', OWN_KEY, '--wire psk --host lab.example --port 5556 --psk-file psk.keys'],
    [
      'tls+psk',
      5558,
      'lab.example',
      SERVER,
      '--wire tls+psk --host lab.example --port 5558 --ca ca.pem --psk-file demo-psk.keys',
    ],
  ] as const)('%s on port %i, page on %s', (wire, port, page, server, options) => {
    expect(chatCommand({ wire, port }, page, server).text).toBe(`npx wireglass chat ${options}`);
  });

  const filesOf = (wire: 'plain' | 'psk' | 'tls' | 'tls+psk', page: string, server: ServerInfo) =>
    chatCommand({ wire, port: 1 }, page, server).files.map(({ label, path }) => `${label} ${path}`);

  it('needs files that the server gives out, on another machine', () => {
    expect(filesOf('plain', '192.0.2.7', SERVER)).toEqual([]);
    expect(filesOf('tls+psk', '192.0.2.7', SERVER)).toEqual(['ca.pem /api/ca.pem', 'demo key /api/demo-psk']);
    expect(filesOf('tls+psk', 'localhost', SERVER)).toEqual([]);
  });

  it('needs a key from the operator if the server gives none out', () => {
    expect(filesOf('tls+psk', '192.0.2.7', OWN_KEY)).toEqual(['ca.pem /api/ca.pem']);
    expect(chatCommand({ wire: 'psk', port: 1 }, '192.0.2.7', OWN_KEY).asksForKey).toBe(true);
    expect(chatCommand({ wire: 'tls', port: 1 }, '192.0.2.7', OWN_KEY).asksForKey).toBe(false);
  });
});

describe('the command of a common tool', () => {
  it.each([
    ['plain', 5555, 'localhost', 'nc 127.0.0.1 5555'],
    ['plain', 5555, '[2001:db8::7]', 'nc 2001:db8::7 5555'],
    [
      'tls',
      5557,
      '[2001:db8::7]',
      'openssl s_client -quiet -verify_return_error -CAfile ca.pem -connect [2001:db8::7]:5557',
    ],
    ['psk', 5556, 'localhost', undefined],
    ['tls+psk', 5558, 'localhost', undefined],
  ] as const)('%s on port %i, page on %s', (wire, port, page, text) => {
    expect(toolCommand({ wire, port }, page, SERVER)?.text).toBe(text);
  });

  it('needs the certificate of the CA for tls', () => {
    expect(toolCommand({ wire: 'tls', port: 1 }, 'localhost', SERVER)?.files.map(({ path }) => path)).toEqual(
      ['/api/ca.pem'],
    );
  });
});
