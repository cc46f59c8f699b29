/** The keys of the attacks. */
import type { KeyGroup } from '../shell/shortcuts.ts';

export const ATTACKS_KEYS: readonly KeyGroup[] = [
  {
    where: 'In the matrix of attacks',
    keys: [
      { keys: ['←', '→', '↑', '↓'], does: 'To the cell beside, above or below' },
      { keys: ['Enter'], does: 'Watch the attack' },
    ],
  },
  {
    where: 'In an attack',
    keys: [
      { keys: ['←', '→'], does: 'Back one step, on one step' },
      { keys: ['Space'], does: 'Run, pause' },
      { keys: ['Home', 'End'], does: 'To the first step, to the last so far' },
    ],
  },
  {
    where: 'At the bench',
    keys: [
      { keys: ['P'], does: 'Hold everything, or resume' },
      { keys: ['S'], does: 'Let the next unit go on' },
      { keys: ['G'], does: 'Let the chosen unit go on' },
      { keys: ['X'], does: 'Drop it' },
      { keys: ['0–9', 'A–F'], does: 'In its bytes: type over them' },
      { keys: ['Insert', 'Delete'], does: 'In its bytes: insert one, remove one' },
    ],
  },
];
