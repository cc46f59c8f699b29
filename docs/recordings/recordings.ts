/** The recordings that pages can show: captures made by our own tool, one row each. */
import { WIRE_NAMES, type WireName } from '#protocol/wires';

/** What happens in it: two people talk, or one makes an account and somebody tries to log in to it. */
export type Talk = 'chat' | 'logins';

export interface Recording {
  /** The same is said on each of them, by two people of its own. */
  readonly wires: readonly WireName[];
  readonly talk: Talk;
  /** The newest version of TLS that either side knows. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  /** What it is, in words. */
  readonly title: string;
}

export const RECORDINGS = {
  tls13: { wires: ['tls'], talk: 'chat', version: 'TLSv1.3', title: 'TLS 1.3' },
  tls12: { wires: ['tls'], talk: 'chat', version: 'TLSv1.2', title: 'TLS 1.2' },
  'tls-psk': { wires: ['tls+psk'], talk: 'chat', version: 'TLSv1.3', title: 'psk inside TLS 1.3' },
  'plain-logins': { wires: ['plain'], talk: 'logins', title: 'logins on the plain wire' },
  'tls-logins': { wires: ['tls'], talk: 'logins', version: 'TLSv1.3', title: 'logins over TLS 1.3' },
  'four-wires': { wires: WIRE_NAMES, talk: 'chat', title: 'one conversation on all four wires' },
} as const satisfies Readonly<Record<string, Recording>>;

export type RecordingName = keyof typeof RECORDINGS;
