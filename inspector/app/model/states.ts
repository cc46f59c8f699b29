/** How the state of a record is named. Each has a sign of its own: colour is never the only difference. */
import type { RecordState } from '#dissect/model';

export const STATES: Readonly<
  Record<RecordState, { readonly label: string; readonly meaning: string; readonly sign: string }>
> = {
  clear: {
    label: 'clear',
    meaning: 'Nothing is encrypted here: what crossed is what is meant.',
    sign: '○',
  },
  opened: {
    label: 'opened',
    meaning: 'Decrypted with the key, and its authentication tag verified.',
    sign: '✓',
  },
  'no-key': { label: 'no key', meaning: 'Sealed, and no secret for this connection is at hand.', sign: '◼' },
  'wrong-key': {
    label: 'wrong key',
    meaning: 'Sealed, and the secret at hand does not open it.',
    sign: '✕',
  },
  malformed: { label: 'malformed', meaning: 'These bytes break the rules of their protocol.', sign: '!' },
};
