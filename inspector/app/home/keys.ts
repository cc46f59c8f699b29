/** The keys of the records, the bytes and the fields, as `RecordList`, `HexView`, `FieldTree` and `FilterInput` have them. */
import type { KeyGroup } from '../shell/shortcuts.ts';

export const RECORD_KEYS: readonly KeyGroup[] = [
  {
    where: 'In the list of records',
    keys: [
      { keys: ['↑', '↓'], does: 'The record before, the record after' },
      { keys: ['Page Up', 'Page Down'], does: 'Eight records up or down' },
      { keys: ['Home', 'End'], does: 'The first record, the last record' },
    ],
  },
  {
    where: 'In the bytes',
    keys: [
      { keys: ['←', '→', '↑', '↓'], does: 'From byte to byte; its field lights up' },
      { keys: ['Enter'], does: 'Keep the field of the byte lit' },
      { keys: ['Esc'], does: 'Let it go again' },
    ],
  },
  {
    where: 'In the fields',
    keys: [
      { keys: ['↑', '↓'], does: 'The field before, the field after; its bytes light up' },
      { keys: ['→', '←'], does: 'Unfold a field, fold it up' },
      { keys: ['Enter'], does: 'Keep the field lit' },
      { keys: ['Esc'], does: 'Let it go again' },
    ],
  },
  {
    where: 'In the search box',
    keys: [
      { keys: ['↓', '↑'], does: 'Through the suggestions' },
      { keys: ['Enter'], does: 'Take the suggestion' },
      { keys: ['Esc'], does: 'Close the suggestions' },
    ],
  },
];

export const HOME_KEYS: readonly KeyGroup[] = [
  { where: 'In the message', keys: [{ keys: ['Enter'], does: 'Send it over the chosen wires' }] },
  ...RECORD_KEYS,
];
