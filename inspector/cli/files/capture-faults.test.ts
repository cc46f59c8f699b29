import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, createServer as createTcp } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  TOKEN,
  dir,
  closers,
  serve,
  home,
  capture,
  held,
  useCaptures,
} from '../../../test/support/captures/captures.ts';
import { downloadCapture } from '../capture/download.ts';

useCaptures();

describe('the token', () => {
  it('comes from the start link', async () => {
    const web = await serve('0.0.0.0');
    await capture('--web', `${home(web)}/#token=${TOKEN}`);
    expect(held().chunks).toHaveLength(1);
  });

  it('comes from the environment', async () => {
    vi.stubEnv('WIREGLASS_TOKEN', TOKEN);
    await capture('--web', home(await serve('0.0.0.0')));
    expect(held().chunks).toHaveLength(1);
  });

  it('comes from the data folder for a page on this machine', async () => {
    const data = join(dir, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'web-token'), `${TOKEN}\n`);
    await capture('--web', home(await serve('0.0.0.0')), '--data', data);
    expect(held().chunks).toHaveLength(1);
  });

  it('is asked for when it is missing, and nothing is written', async () => {
    const taken = capture('--web', home(await serve('0.0.0.0')));
    await expect(taken).rejects.toThrow(/asks for its token: .*WIREGLASS_TOKEN/);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('an error says what to do when', () => {
  const answering = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server: Server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(resolve);
        }),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('nothing listens', async () => {
    await expect(capture('--web', 'http://127.0.0.1:1')).rejects.toThrow(
      /nothing answers at http:\/\/127\.0\.0\.1:1; is the workbench running/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('the server has no tap', async () => {
    await expect(capture('--web', home(await serve('127.0.0.1', false)))).rejects.toThrow(
      /gives no capture: the server is running without a tap/,
    );
  });

  it('something else listens', async () => {
    const other = await answering((_, response) => response.end('<html>hello</html>'));
    await expect(capture('--web', other)).rejects.toThrow(/is not a Wireglass page; .*--web/);
  });

  it('the answer is not a capture', async () => {
    const broken = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pcapng' }).end('hello');
    });
    await expect(capture('--web', broken)).rejects.toThrow(/neither a pcapng nor a pcap file/);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('the server goes away in the middle', async () => {
    const dying = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pcapng', 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    await expect(capture('--web', dying)).rejects.toThrow(
      /closed the connection before the capture was complete/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('there is no such folder, before any waiting', async () => {
    const taken = capture('--web', home(await serve()), '--seconds', '3600', '--out', join(dir, 'no', 'f'));
    await expect(taken).rejects.toThrow(/cannot write .*: there is no folder/);
  });

  it.each([
    ['--seconds', '-1'],
    ['--seconds', '3601'],
    ['--seconds', 'soon'],
    ['--web', 'localhost:8080'],
    ['--web', 'nowhere'],
  ])('%s %s', async (option, value) => {
    await expect(capture(option, value)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('a server that falls silent is given up', () => {
  const order = (port: number) => ({
    web: new URL(`http://127.0.0.1:${port}/`),
    token: undefined,
    seconds: 0,
    keys: true,
    signal: new AbortController().signal,
    onBegin: () => undefined,
    silence: 300,
  });

  it.each([
    ['before its answer', ''],
    ['within its status line', 'HTTP/1.1 20'],
    ['within a refusal', 'HTTP/1.1 503 no\r\ncontent-length: 90\r\n\r\n{"code":'],
    [
      'within the capture',
      'HTTP/1.1 200 OK\r\ncontent-type: application/x-pcapng\r\ncontent-length: 90\r\n\r\nhalf',
    ],
  ])('%s', async (_, said) => {
    const open = new Set<Socket>();
    const server = createTcp((socket) => {
      open.add(socket);
      socket.on('error', () => undefined).write(said);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    await expect(downloadCapture(order((server.address() as AddressInfo).port))).rejects.toThrow(
      /has sent nothing for 0\.3 seconds, and nothing was written; is the workbench running/,
    );
  });
});
