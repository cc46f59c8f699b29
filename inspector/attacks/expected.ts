/**
 * What must come of every attack, beside the attacks: a change of a defence that changes a cell is seen here. One letter for each
 * target, in the order of `TARGETS`: s succeeds, d detected, p prevented, - not applicable.
 */
import type { Verdict } from './contract.ts';
import { TARGETS, type Target } from './targets.ts';

const LETTERS = {
  s: 'succeeds',
  d: 'detected',
  p: 'prevented',
  '-': 'not applicable',
} as const satisfies Record<string, Verdict>;

const EXPECTED: Readonly<Record<string, string>> = {
  'sniff-password': 'spppppppppp',
  'reuse-read': '-pppppps---',
  'padding-oracle': '---d-s-----',
  'flip-text': 'sddddddsddd',
  'downgrade-suite': '-dddd------',
  'downgrade-tls': '---------dd',
  'downgrade-wire': '-dddddddddd',
  'replay-message': 'pddddpppddd',
  reorder: 'sddddsssddd',
  drop: 'sddddsssddd',
  reflect: 'ddddddddddd',
  truncate: 'ddddddddddd',
  'forge-message': 'sddddpddddd',
  'reuse-forge': '-ddddpds---',
  'oracle-forge': '---d-s-----',
  'sniff-token': 'spppppppppp',
  'replay-login': 'sdddddddddd',
  'own-ca': '--------ddd',
  'own-ca-careless': '--------ssp',
  'own-ca-trusted': '--------ssp',
  'own-ca-pinned': '--------ddd',
  'certificate-expired': '--------ddd',
  'certificate-not-yet': '--------ddd',
  'certificate-wrong-host': '--------ddd',
  'certificate-self-signed': '--------ddd',
  'leaked-psk': '-sssssss--p',
  'leaked-server-key': '--------ppp',
  'guess-weak-psk': '-sssssss--p',
  'guess-random-psk': '-ppppppp--p',
  lengths: 'ssspspsssss',
};

/** Throws for an attack or a target that is not in the table. */
export function expectedVerdict(attack: string, target: Target): Verdict {
  const letter = EXPECTED[attack]?.[TARGETS.indexOf(target)];
  if (letter === undefined) throw new Error(`nothing is expected of ${attack} on ${target.id}`);
  return LETTERS[letter as keyof typeof LETTERS];
}
