/** The keys of the pictures. */
import type { KeyGroup } from '../shell/shortcuts.ts';

export const PICTURES_KEYS: readonly KeyGroup[] = [
  {
    where: 'In a picture',
    keys: [
      { keys: ['←', '→'], does: 'To the record or value before, to the next' },
      { keys: ['Home', 'End'], does: 'To the first, to the last' },
      { keys: ['Enter'], does: 'Open it' },
    ],
  },
];
