/** The way of a page to the wires, in Node: the relayed dialler over WebSockets of `ws`. */
import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { WebSocket } from 'ws';
import type { ChatClientOptions } from '#client/chat-options';
import { Client } from '#client/client';
import type { Dial } from '#client/connect/dialling';
import { relayedDial } from '#client/relayed/dial-relayed';
import type { OpenCarrier } from '#client/relayed/relayed-stream';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import type { SocketLimits } from '#web/socket-options';
import { type Web, startWeb } from '#web/web';
import type { ListenAddress } from '#runtime/server';

export interface Relaying {
  readonly web: Web;
  readonly dial: Dial;
  readonly carriers: readonly WebSocket[];
  client(options: ChatClientOptions): Client;
}

/** A workbench’s page in front of wires at these addresses. */
export async function startRelaying(
  at: (wire: WireName) => ListenAddress,
  ca: string,
  limits: Partial<SocketLimits> = {},
): Promise<Relaying> {
  const web = await startWeb({
    host: '127.0.0.1',
    port: 0,
    token: 'unused',
    staticDir: '/nowhere',
    version: '1.2.3',
    wires: WIRE_NAMES.map((wire) => ({ wire, ...at(wire), tapped: false })),
    relay: { ca, keys: [] },
    log: pino({ enabled: false }),
    limits,
  });
  const carriers: WebSocket[] = [];
  const open: OpenCarrier = (listener) => {
    const socket = new WebSocket(`ws://127.0.0.1:${web.address.port}/ws/wire`);
    carriers.push(socket);
    socket.on('open', () => listener.opened());
    socket.on('message', (data: Buffer, binary: boolean) =>
      binary ? listener.bytes(new Uint8Array(data)) : listener.text(data.toString()),
    );
    socket.on('error', () => undefined);
    socket.on('close', () => listener.closed());
    return socket;
  };
  const dial = relayedDial({ open, token: () => undefined, random: randomBytes });
  const client = (options: ChatClientOptions): Client =>
    new Client(options, { dial, refPrefix: randomBytes(12).toString('base64url') });
  return { web, dial, carriers, client };
}
