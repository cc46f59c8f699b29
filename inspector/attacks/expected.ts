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
  'sniff-password': 'sppppppppppp',
  'reuse-read': '-ppppppss---',
  'gcm-key': '-p----p-s---',
  'padding-oracle': '---d-s------',
  'flip-text': 'sddddddsdddd',
  'downgrade-suite': '-dddd-------',
  'downgrade-tls': '----------dd',
  'downgrade-wire': '-ddddddddddd',
  'replay-message': 'pddddpppdddd',
  reorder: 'sddddsssdddd',
  drop: 'sddddsssdddd',
  reflect: 'dddddddddddd',
  truncate: 'dddddddddddd',
  'forge-message': 'sddddpdddddd',
  'reuse-forge': '-ddddpdsd---',
  'gcm-forge': '-p----p-s---',
  'oracle-forge': '---d-s------',
  'sniff-token': 'sppppppppppp',
  'stale-token': 'dppppppppppp',
  'replay-login': 'sddddddddddd',
  'own-ca': '---------ddd',
  'own-ca-careless': '---------ssp',
  'own-ca-trusted': '---------ssp',
  'own-ca-pinned': '---------ddd',
  'certificate-expired': '---------ddd',
  'certificate-not-yet': '---------ddd',
  'certificate-wrong-host': '---------ddd',
  'certificate-self-signed': '---------ddd',
  'certificate-common-name': '---------ddd',
  'certificate-wrong-usage': '---------ddd',
  'certificate-broken-chain': '---------ddd',
  'certificate-weak-key': '---------ddd',
  'leaked-psk': '-ssssssss--p',
  'leaked-server-key': '---------ppp',
  'guess-weak-psk': '-ssssssss--p',
  'guess-random-psk': '-pppppppp--p',
  'crack-sha256': 's-----------',
  'crack-bcrypt': 'p-----------',
  lengths: 'ssspspssssss',
  'lengths-padded': 'pppppppppppp',
  'who-to-whom': 'ssssssssssss',
  'time-tag-early': 's-----------',
  'time-tag': 'p-----------',
};

/** Throws for an attack or a target that is not in the table. */
export function expectedVerdict(attack: string, target: Target): Verdict {
  const letter = EXPECTED[attack]?.[TARGETS.indexOf(target)];
  if (letter === undefined) throw new Error(`nothing is expected of ${attack} on ${target.id}`);
  return LETTERS[letter as keyof typeof LETTERS];
}
