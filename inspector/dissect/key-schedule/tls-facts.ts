/** What the key schedules of both TLS versions are made from. */
import type { Direction } from '../model.ts';
import type { ClientHello, ServerHello } from '../tls/messages/facts.ts';
import { HANDSHAKE_TYPES, nameIn } from '../tls/names.ts';
import type { Candidate } from '../tls/master12.ts';
import type { Transcript, TranscriptMessage } from '../tls/transcript.ts';
import type { Value } from './steps.ts';

export interface TlsFacts {
  readonly client: Pick<ClientHello, 'random' | 'earlyData'>;
  readonly server: Pick<
    ServerHello,
    'random' | 'suite' | 'extendedMasterSecret' | 'selectedIdentity' | 'extensions'
  >;
  readonly transcript: Transcript;
  readonly secrets: Held;
  /** TLS 1.2: master secrets that may be the session's, with what the key exchange gave where that is known. */
  readonly masters: readonly Pick<Candidate, 'master' | 'premaster' | 'source'>[];
  /** TLS 1.2: 0 for the first handshake of the connection, then counted. */
  readonly renegotiation?: number;
}

/** What is needed of the secrets at hand. */
export interface Held {
  find(label: string, random: Uint8Array, lengths?: readonly number[]): Uint8Array | undefined;
  sharedKeys(id: Uint8Array): readonly Uint8Array[];
}

export const SIDES: Record<Direction, 'client' | 'server'> = { c2s: 'client', s2c: 'server' };
/** type and length of a handshake message */
export const MESSAGE_HEADER = 4;

const typeName = nameIn(HANDSHAKE_TYPES, 1);

/**
 * A secret as the key log has it, when it has one of these lengths in bytes; without lengths, any length will
 * do.
 */
export function logged(
  { client, secrets }: TlsFacts,
  label: string,
  lengths?: readonly number[],
): Value | undefined {
  const bytes = secrets.find(label, client.random, lengths);
  return bytes && { name: label, bytes, from: 'key log' };
}

export function messageValue({ type, retry, bytes }: TranscriptMessage): Value {
  return { name: retry ? 'hello_retry_request' : typeName(type), bytes, from: 'wire' };
}

export function wire(name: string, bytes: Uint8Array): Value {
  return { name, bytes, from: 'wire' };
}
