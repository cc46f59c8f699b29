/**
 * Where the master secret of a TLS 1.2 session may come from: lines of a key log, or keys that an onlooker holds,
 * where the key exchange has no Diffie-Hellman in it. Several keys give several candidates; the records tell.
 */
import { EMPTY, concat } from '#protocol/bytes';
import { rsaDecrypt } from '../crypto/rsa.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import type { ExchangedKey } from './messages/facts.ts';
import { keyExchangeOf } from './messages/key-exchange.ts';
import { type PrfHash, type Randoms, extendedMasterSecret, masterSecret, pskPremaster } from './schedule.ts';
import type { TlsSuite } from './suites.ts';

const MASTER_LENGTH = 48;
const RSA_PREMASTER_LENGTH = 48;
/** Bytes of the encrypted premaster secret that name its session in a key log. */
const RSA_NAME_LENGTH = 8;

/** What the master secret of a handshake depends on. */
export interface Exchange {
  readonly suite: TlsSuite;
  readonly hash: PrfHash;
  readonly randoms: Randoms;
  /** As the server states it; empty where it keeps no session. */
  readonly sessionId: Uint8Array;
  /** The handshake has the extension extended_master_secret. */
  readonly extended: boolean;
  /** What the client sent for it; absent when a session is resumed. */
  readonly sent: ExchangedKey | undefined;
  /** Client hello to client key exchange, in their order; absent when not all of them were seen. */
  readonly messages: readonly Uint8Array[] | undefined;
}

export interface Candidate {
  readonly master: Uint8Array;
  /** Absent when the master secret itself is at hand. */
  readonly premaster?: Uint8Array;
  /** Where it comes from, in words for the reader. */
  readonly name: string;
  readonly source: 'key log' | 'key material' | 'earlier session';
}

/** Master secrets that may be the session's, the likeliest first. */
export function masterCandidates(secrets: SecretLookup, exchange: Exchange): Candidate[] {
  const logged = [
    ...loggedMasters(secrets, exchange),
    ...withMasters(exchange, loggedPremasters(secrets, exchange), 'key log'),
  ];
  return logged.length > 0 ? logged : withMasters(exchange, premasters(secrets, exchange), 'key material');
}

function loggedMasters(secrets: SecretLookup, { randoms, sessionId }: Exchange): Candidate[] {
  const rows = [
    ['CLIENT_RANDOM', randoms.client],
    ['RSA Session-ID', sessionId],
  ] as const;
  return rows.flatMap(([label, session]) => {
    const master = session.length > 0 && secrets.find(label, session, [MASTER_LENGTH]);
    return master ? [{ master, name: `the ${label} line at hand`, source: 'key log' }] : [];
  });
}

function loggedPremasters(secrets: SecretLookup, { randoms, sent }: Exchange): Premaster[] {
  const encrypted = sent?.encryptedPremaster?.subarray(0, RSA_NAME_LENGTH) ?? EMPTY;
  const found = [
    ['PMS_CLIENT_RANDOM', secrets.find('PMS_CLIENT_RANDOM', randoms.client)],
    ['RSA', encrypted.length > 0 ? secrets.find('RSA', encrypted, [RSA_PREMASTER_LENGTH]) : undefined],
  ] as const;
  return found.flatMap(([label, premaster]) =>
    premaster ? [{ premaster, name: `the ${label} line at hand` }] : [],
  );
}

function withMasters(
  exchange: Exchange,
  found: readonly Premaster[],
  source: Candidate['source'],
): Candidate[] {
  return found.flatMap((one) => {
    const master = masterOf(exchange, one.premaster);
    return master ? [{ ...one, master, source }] : [];
  });
}

function masterOf(
  { hash, randoms, extended, messages }: Exchange,
  premaster: Uint8Array,
): Uint8Array | undefined {
  if (!extended) return masterSecret(hash, premaster, randoms);
  return messages && extendedMasterSecret(hash, premaster, concat(messages));
}

type Premaster = Required<Pick<Candidate, 'premaster' | 'name'>>;

function premasters(secrets: SecretLookup, { suite, sent }: Exchange): Premaster[] {
  const exchange = keyExchangeOf(suite.name);
  if (!sent || (exchange?.kind !== 'rsa' && exchange?.kind !== 'psk')) return [];
  // RFC 4279 §2: the client names the shared key.
  const shared = exchange.psk ? secrets.sharedKeys(sent.identity ?? EMPTY) : [];
  if (exchange.kind === 'psk') {
    return shared.map((key) => ({ premaster: pskPremaster(key), name: 'the shared key at hand' }));
  }
  const decrypted = rsaPremasters(secrets, sent.encryptedPremaster ?? EMPTY);
  if (!exchange.psk) return decrypted.map((premaster) => ({ premaster, name: 'the server’s RSA key' }));
  const name = 'the shared key at hand with the server’s RSA key';
  return decrypted.flatMap((other) => shared.map((key) => ({ premaster: pskPremaster(key, other), name })));
}

/** RFC 5246 §7.4.7.1: 48 bytes, of which the first two are the version that the client offered. */
function rsaPremasters(secrets: SecretLookup, encrypted: Uint8Array): Uint8Array[] {
  return secrets.rsaKeys().flatMap((key) => {
    const premaster = rsaDecrypt(key, encrypted);
    return premaster?.length === RSA_PREMASTER_LENGTH && premaster[0] === 0x03 ? [premaster] : [];
  });
}
