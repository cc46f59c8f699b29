/** The keys of the inspector. */
import { RECORD_KEYS } from '../home/keys.ts';
import type { KeyGroup } from '../shell/shortcuts.ts';

export const INSPECT_KEYS: readonly KeyGroup[] = [
  {
    where: 'In the list of records',
    keys: [
      { keys: ['M'], does: 'Mark the record, or remove its mark' },
      { keys: ['[', ']'], does: 'To the mark before, to the next mark' },
      { keys: ['C'], does: 'Keep the record, and compare it with the next; again to stop' },
      { keys: ['F'], does: 'List only this connection, or all again' },
    ],
  },
  ...RECORD_KEYS,
];
