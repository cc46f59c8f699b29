/** The names of the states of a record. Each has a sign of its own, so that colour is never the only difference. */
import type { RecordState } from '#dissect/model';

export const STATES: Readonly<
  Record<RecordState, { readonly label: string; readonly meaning: string; readonly sign: string }>
> = {
  clear: {
    label: 'clear',
    meaning: 'Nothing is encrypted here: these bytes crossed the wire as they are.',
    sign: '○',
  },
  opened: {
    label: 'opened',
    meaning: 'Decrypted with the key, and its authentication tag verified.',
    sign: '✓',
  },
  'was-sealed': {
    label: 'was sealed',
    meaning: 'Readable here because the record around it was opened. On the wire it was sealed.',
    sign: '◇',
  },
  'no-key': { label: 'no key', meaning: 'Sealed, and there is no key for this connection.', sign: '◼' },
  'wrong-key': {
    label: 'wrong key',
    meaning: 'Sealed, and the key for this connection does not open it.',
    sign: '✕',
  },
  malformed: { label: 'malformed', meaning: 'These bytes break the rules of their protocol.', sign: '!' },
};
