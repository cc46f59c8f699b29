/** The rows of a menu. */
import type { IconName } from './icons.ts';

export interface MenuItem<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  /** What it does, where its label does not say it. */
  readonly note?: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  /** It cannot be undone. */
  readonly danger?: boolean;
}
