/**
 * All mutants, and what must come of them. The checks that a cell rests on, and where each is taken out:
 *
 *   layers        sealing as a whole, TLS as a whole, TLS around psk, psk inside TLS
 *   records       tag of GCM and ChaCha20, of EAX, of CBC; the length of a tag; one answer for all that does not open; counters;
 *                 a key for each direction; nonces that differ; randomness of nonces; the alert before an end
 *   handshake     confirmation of the key; nonce of the server; binding to the hello; comparison in constant time
 *   certificates  chain; dates; name; common name; usage; length of keys; signed by itself; pin; version of TLS; wire; forward secrecy
 *   chat          references; rotation of tokens; the end of a login whose old token turns up; padding
 *
 * No mutant can shorten the tag of GCM or ChaCha20 and be seen here: Node has none below 4 bytes for GCM, and a guess at so many is
 * not one that a test can wait for. Their least length is tested with the ciphers.
 */
import { expectedVerdict } from '#attacks/expected';
import { TARGETS } from '#attacks/targets';
import { CERTIFICATES } from './certificates.ts';
import { CHAT } from './chat.ts';
import type { Mutant } from './contract.ts';
import { LAYERS } from './layers.ts';
import { RECORDS } from './records.ts';

export const MUTANTS: readonly Mutant[] = [...LAYERS, ...RECORDS, ...CERTIFICATES, ...CHAT];

export type WantedCell = readonly [attack: string, target: string, verdict: string];

/** What is expected of these attacks when this is taken out. */
export function wantedCells({ changes, also = {} }: Mutant, attacks: readonly string[]): WantedCell[] {
  const all = { ...changes, ...also };
  return attacks.flatMap((attack) =>
    TARGETS.map((target): WantedCell => [
      attack,
      target.id,
      all[attack]?.[target.id] ?? expectedVerdict(attack, target),
    ]),
  );
}
