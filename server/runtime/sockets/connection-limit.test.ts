import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLimit } from './connection-limit.ts';
import { DEFENCE } from '../defence/defence.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const start = () => new ConnectionLimit({ ...DEFENCE, connections: 100, connectionsPerAddress: 3 });

function knock(limit: ConnectionLimit, address: string): Socket | undefined {
  const socket = new Socket();
  sockets.push(socket);
  return limit.admit(socket, { address, port: 1, wire: 'plain' }) ? socket : undefined;
}

function admitted(limit: ConnectionLimit, addresses: readonly string[]): number {
  return addresses.filter((address) => knock(limit, address)).length;
}

const many = (prefix: string) => Array.from({ length: 20 }, (_, i) => `${prefix}${(i + 1).toString(16)}`);

describe('connections of one network', () => {
  it.each(['2001:db8:1:2::', '2001:db8:0:1::', '2001:db8::', '2002:c000:201:1::', 'fe80::'])(
    'are counted together: %s',
    (prefix) => expect(admitted(start(), many(prefix))).toBe(3),
  );

  it('are counted together, in whichever form the IPv4 address comes', () => {
    const ways = [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '64:ff9b::192.0.2.1',
      '2002:c000:201::1',
      '2002:c000:201::2',
    ];
    expect(admitted(start(), ways)).toBe(3);
  });

  it('do not use up the places of others', () => {
    const limit = start();
    admitted(limit, many('2001:db8:0:1::'));
    expect(admitted(limit, many('2001:db8:0:2::'))).toBe(3);
    expect(admitted(limit, ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'])).toBe(4);
  });

  it('give their place back when they close', async () => {
    const limit = start();
    const [first] = many('2001:db8::').map((address) => knock(limit, address));
    const closed = new Promise((resolve) => first?.once('close', resolve));
    first?.destroy();
    await closed;
    expect(admitted(limit, many('2001:db8::'))).toBe(1);
  });

  it('are not counted if they come from this machine', () => {
    expect(admitted(start(), Array<string>(10).fill('127.0.0.1'))).toBe(10);
    expect(admitted(start(), Array<string>(10).fill('::1'))).toBe(10);
  });
});
