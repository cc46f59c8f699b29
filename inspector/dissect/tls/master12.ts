/**
 * Where the master secret of a TLS 1.2 session may come from: a CLIENT_RANDOM line, or keys that an onlooker holds,
 * where the key exchange has no Diffie-Hellman in it. Several keys give several candidates; the records tell.
 */
import { EMPTY, concat } from '#wire/bytes';
import { rsaDecrypt } from '../crypto/rsa.ts';
import type { SecretLookup } from '../secrets.ts';
import type { ExchangedKey } from './messages/facts.ts';
import { keyExchangeOf } from './messages/key-exchange.ts';
import { type PrfHash, type Randoms, extendedMasterSecret, masterSecret, pskPremaster } from './schedule.ts';
import type { TlsSuite } from './suites.ts';

const RSA_PREMASTER_LENGTH = 48;

/** What of a handshake the master secret depends on. */
export interface Exchange {
  readonly suite: TlsSuite;
  readonly hash: PrfHash;
  readonly randoms: Randoms;
  /** The handshake has the extension extended_master_secret. */
  readonly extended: boolean;
  /** What the client sent for it; absent when a session is taken up again. */
  readonly sent: ExchangedKey | undefined;
  /** Client hello to client key exchange, in their order; absent when not all of them were seen. */
  readonly messages: readonly Uint8Array[] | undefined;
}

export interface Candidate {
  readonly master: Uint8Array;
  /** Absent when the master secret itself is at hand. */
  readonly premaster?: Uint8Array;
  /** Where it is from, as a reader knows it. */
  readonly name: string;
  readonly source: 'key log' | 'key material' | 'earlier session';
}

/** Master secrets that may be the session's, the likeliest first. */
export function masterCandidates(secrets: SecretLookup, exchange: Exchange): Candidate[] {
  const logged = secrets.find('CLIENT_RANDOM', exchange.randoms.client);
  if (logged) return [{ master: logged, name: 'the CLIENT_RANDOM line at hand', source: 'key log' }];
  return premasters(secrets, exchange).flatMap((found) => {
    const master = masterOf(exchange, found.premaster);
    return master ? [{ ...found, master, source: 'key material' }] : [];
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
