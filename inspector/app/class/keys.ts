/** The keys of the view Class. */
import type { KeyGroup } from '../shell/shortcuts.ts';

export const CLASS_KEYS: readonly KeyGroup[] = [
  {
    where: 'On the projector, for those who lead',
    keys: [
      { keys: ['W'], does: 'The wires, or how to come in' },
      { keys: ['N'], does: 'On the wires: hide the names, or show them again' },
    ],
  },
];
