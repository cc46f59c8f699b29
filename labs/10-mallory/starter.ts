/**
 * Lab 10: Mallory in the middle, and two clients that notice her.
 *
 * Everything runs on this machine: listen on 127.0.0.1 and connect to 127.0.0.1. Keys and certificates are PEM texts.
 */
import { X509Certificate, createHash } from 'node:crypto';
import { once } from 'node:events';
import { checkServerIdentity, connect, createServer } from 'node:tls';

export interface MalloryOptions {
  /** Where the real server listens with TLS. */
  targetPort: number;
  /** Mallory's own certificate and its private key. */
  cert: string;
  key: string;
}

export interface Mallory {
  /** The port on which Mallory listens. */
  port: () => number;
  /** Ends all connections, and stops listening. */
  close: () => Promise<void>;
}

export interface DialOptions {
  port: number;
  /** The name of the server that you want to talk to, such as chat.example. */
  name: string;
  /** The certificate of the only CA that you trust. */
  ca: string;
  /** A secret. Send it as soon as the server has proved who it is, and not before. */
  hello: Uint8Array;
}

export interface Connection {
  write: (bytes: Uint8Array) => void;
  close: () => void;
}

/**
 * Listens with TLS on a free port. Passes on what each client sends to a TLS connection of its own to the server, and back.
 * `onBytes`: call it with everything that passes.
 */
export async function startMallory(
  options: MalloryOptions,
  onBytes: (direction: 'c2s' | 's2c', bytes: Uint8Array) => void,
): Promise<Mallory> {
  throw new Error('startMallory is not written yet');
}

/**
 * Rejects, and says why, unless the server has a valid certificate of the CA for this name.
 * `onBytes`: call it with what the server sends.
 */
export async function dialVerifying(
  options: DialOptions,
  onBytes: (bytes: Uint8Array) => void,
): Promise<Connection> {
  throw new Error('dialVerifying is not written yet');
}

/** The same, and the key must be the right one. `pin`: SHA-256 of the public key (SPKI in DER), in base64. */
export async function dialPinned(
  options: DialOptions & { pin: string },
  onBytes: (bytes: Uint8Array) => void,
): Promise<Connection> {
  throw new Error('dialPinned is not written yet');
}
