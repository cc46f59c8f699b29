/** The recordings that pages can show: captures made by our own tool, one row each. */
import type { WireName } from '#protocol/wires';

/** What happens in it: two people talk, or one makes an account and somebody tries to log in to it. */
export type Talk = 'chat' | 'logins';

export interface Recording {
  readonly wire: WireName;
  readonly talk: Talk;
  /** The newest version of TLS that either side knows. */
  readonly version?: 'TLSv1.2' | 'TLSv1.3';
  /** What it is, in words. */
  readonly title: string;
}

export const RECORDINGS = {
  tls13: { wire: 'tls', talk: 'chat', version: 'TLSv1.3', title: 'TLS 1.3' },
  tls12: { wire: 'tls', talk: 'chat', version: 'TLSv1.2', title: 'TLS 1.2' },
  'tls-psk': { wire: 'tls+psk', talk: 'chat', version: 'TLSv1.3', title: 'psk inside TLS 1.3' },
  'plain-logins': { wire: 'plain', talk: 'logins', title: 'logins on the plain wire' },
  'tls-logins': { wire: 'tls', talk: 'logins', version: 'TLSv1.3', title: 'logins over TLS 1.3' },
} as const satisfies Readonly<Record<string, Recording>>;

export type RecordingName = keyof typeof RECORDINGS;
