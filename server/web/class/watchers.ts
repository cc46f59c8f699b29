/** Whom to tell when somebody may no longer be in the class, and why. */
import type { Person } from '#classroom/records';
import type { TurnedAway } from '../entrance.ts';

export const JOIN_REQUIRED: TurnedAway = {
  status: 401,
  code: 'join_required',
  message: 'this is a class: join it with the code that the instructor shows',
};
export const REMOVED: TurnedAway = {
  status: 403,
  code: 'removed_from_class',
  message: 'the instructor has turned you out of this class, and can let you in again',
};

type Watcher = (why: TurnedAway) => void;

export class Watchers {
  readonly #watchers = new Map<number, Set<Watcher>>();

  /** Returns a function that takes the watcher out again. */
  add({ id }: Person, ended: Watcher): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(ended));
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  tell(id: number, why: TurnedAway): void {
    for (const tell of [...(this.#watchers.get(id) ?? [])]) tell(why);
  }
}
