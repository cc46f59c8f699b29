/**
 * Pre-shared keys of TLS 1.3 (RFC 8446 §4.2.11): which of the keys at hand a client hello offers, and the
 * secrets that follow from such a key where no Diffie-Hellman exchange goes in. A binder proves a key before
 * anything is opened with it.
 */
import { EMPTY, equalConstantTime } from '#protocol/bytes';
import type { SecretLookup } from '../secrets/secrets.ts';
import type { ServerHello } from './messages/facts.ts';
import { type HashName, deriveSecret, finishedMac, hashLength, hkdfExtract, nextStage } from './schedule.ts';
import { type TranscriptMessage, transcriptHash } from './transcript.ts';

/** Whether the key was agreed on outside of TLS or made from an earlier session. */
export type PskKind = 'external' | 'resumption';

export interface ProvedPsk {
  /** Its place among the identities of the hello, from 0. */
  readonly index: number;
  readonly key: Uint8Array;
  readonly kind: PskKind;
  /** The hash that its binder was made with; a handshake that takes the key uses it too. */
  readonly hash: HashName;
}

export type Stage = 'early' | 'handshake' | 'master';

/** The labels of §7.1 that keep the two kinds apart. */
export const BINDER_LABELS: Record<PskKind, string> = { external: 'ext binder', resumption: 'res binder' };
const KINDS: readonly PskKind[] = ['external', 'resumption'];
const HASHES: readonly HashName[] = ['sha256', 'sha384'];
/** How many identities of one hello are looked at: each may be tried with each key at hand. */
const MAX_IDENTITIES = 8;

/** The keys at hand that the last of these hellos offers. `hellos`: one client hello, or two with the retry between. */
export function provedPsks(
  hellos: readonly TranscriptMessage[],
  secrets: Pick<SecretLookup, 'sharedKeys'>,
): ProvedPsk[] {
  const { identities = [], binders = [] } = hellos.at(-1)?.clientHello?.extensions ?? {};
  const covered = truncated(hellos);
  if (!covered) return [];
  return identities.slice(0, MAX_IDENTITIES).flatMap((identity, index) => {
    const binder = binders[index] ?? EMPTY;
    const hash = HASHES.find((name) => hashLength(name) === binder.length);
    if (!hash) return [];
    const digest = transcriptHash(hash, covered);
    for (const key of secrets.sharedKeys(identity)) {
      const kind = KINDS.find((one) =>
        equalConstantTime(finishedMac(hash, binderKey(hash, key, one), digest), binder),
      );
      if (kind) return [{ index, key, kind, hash }];
    }
    return [];
  });
}

/** binder_key, §7.1. */
function binderKey(hash: HashName, key: Uint8Array, kind: PskKind): Uint8Array {
  return deriveSecret(hash, hkdfExtract(hash, EMPTY, key), BINDER_LABELS[kind], EMPTY);
}

/**
 * What the binders of the last hello cover (§4.2.11.2): everything before the list of binders at the end of the
 * hello, including the length before that list. `undefined` when the hello has no binders.
 */
export function truncated(hellos: readonly TranscriptMessage[]): readonly TranscriptMessage[] | undefined {
  const hello = hellos.at(-1);
  const binders = hello?.clientHello?.extensions.binders ?? [];
  if (!hello || binders.length === 0) return undefined;
  const length = binders.reduce((sum, binder) => sum + 1 + binder.length, 2);
  return [...hellos.slice(0, -1), { ...hello, bytes: hello.bytes.subarray(0, -length) }];
}

/** The secret of a stage where nothing but the shared key goes in (psk_ke). */
export function stageSecret({ hash, key }: ProvedPsk, stage: Stage): Uint8Array {
  const early = hkdfExtract(hash, EMPTY, key);
  if (stage === 'early') return early;
  const handshake = nextStage(hash, early, EMPTY);
  return stage === 'handshake' ? handshake : nextStage(hash, handshake, EMPTY);
}

/** psk_ke: the server took a shared key, and sent no share of a Diffie-Hellman exchange (§4.2.9). */
export function isPskAlone({
  selectedIdentity,
  extensions,
}: Pick<ServerHello, 'selectedIdentity' | 'extensions'>): boolean {
  return selectedIdentity !== undefined && extensions.keyShares === undefined;
}
