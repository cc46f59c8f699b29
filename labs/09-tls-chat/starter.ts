/**
 * Lab 09: one chat over plain, psk and tls.
 *
 * The frames and the chat are your own, from labs 01 and 02, and the psk channel is yours from lab 06. Everything runs on
 * this machine: listen on 127.0.0.1 and connect to 127.0.0.1. Certificates and keys are PEM texts.
 */
import { once } from 'node:events';
import { type Server, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createServer as createTlsServer } from 'node:tls';
import { createFrameDecoder } from './01-frames.ts';
import { createChat } from './02-plain-chat.ts';
import { createServerChannel } from './06-replay.ts';

/** What createServerChannel returns. Any other channel has the same four methods. */
export interface Channel {
  /** Takes bytes of the wire, in pieces of any size. */
  push(wireBytes: Uint8Array): void;
  /** What they mean, one event at a time; undefined when it needs more bytes. Throws when the peer breaks the rules. */
  next():
    | { kind: 'write'; bytes: Uint8Array } // write these bytes to the stream, as they are
    | { kind: 'opened' } // the handshake is done: from now on you may call send
    | { kind: 'plain'; bytes: Uint8Array } // the peer has sent these plain bytes
    | { kind: 'closed' } // the peer has said goodbye
    | undefined;
  /** Plain bytes in, bytes for the wire out. */
  send(plain: Uint8Array): Uint8Array;
  /** Bytes for the wire that say goodbye. They may be none. */
  close(code?: number): Uint8Array;
}

/** One chat, and all of its connections. */
export function createCore() {
  // createFrameDecoder(65_536) for each connection, createChat() once.

  return {
    /**
     * A connection has come. `stream`: a socket of TCP, or what TLS makes of one. `wire`: plain, psk or tls.
     * `channel`: decrypts and encrypts. Without one, the bytes of the stream are plain.
     */
    attach(stream: Duplex, wire: string, channel?: Channel): void {
      throw new Error('attach is not written yet');
    },
  };
}

/** A server for TLS that does not listen yet. `onStream`: call it with the stream of each client whose handshake is done. */
export function createTlsListener(
  identity: { cert: string; key: string },
  onStream: (stream: Duplex) => void,
): Server {
  throw new Error('createTlsListener is not written yet');
}

export interface TlsTarget {
  port: number;
  /** The name of the server that you want to talk to, such as chat.example. */
  name: string;
  /** The certificate of the only CA that you trust. */
  ca: string;
}

export interface Connection {
  write: (bytes: Uint8Array) => void;
  close: () => void;
}

/**
 * Rejects, and says why, unless the server has a valid certificate of the CA for this name.
 * `onBytes`: call it with what the server sends.
 */
export async function connectTls(
  target: TlsTarget,
  onBytes: (bytes: Uint8Array) => void,
): Promise<Connection> {
  throw new Error('connectTls is not written yet');
}

export interface ServerOptions {
  /** A port of 0 is one that is free. */
  ports: { plain: number; psk: number; tls: number };
  cert: string;
  key: string;
  /** For createServerChannel. */
  sharedKeys: { id: string; key: Uint8Array }[];
}

export interface RunningServer {
  /** Where it listens. */
  ports: { plain: number; psk: number; tls: number };
  /** Ends all connections, and stops listening. */
  close: () => Promise<void>;
}

/** Listens on 127.0.0.1 with plain, psk and tls, and has one core for all three. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  throw new Error('startServer is not written yet');
}
