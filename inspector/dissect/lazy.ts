/** Lists and properties that are made when they are first looked at: in a long capture most never are. */

/** An array in every respect, filled by `make` when anything is asked of it. It must not be changed. */
export function lazyList<T>(make: () => readonly T[]): readonly T[] {
  return new Proxy<T[]>([], new Filling(make));
}

class Filling<T> implements ProxyHandler<T[]> {
  #make: (() => readonly T[]) | undefined;

  constructor(make: () => readonly T[]) {
    this.#make = make;
  }

  get(target: T[], key: string | symbol): unknown {
    return Reflect.get(this.#filled(target), key);
  }

  has(target: T[], key: string | symbol): boolean {
    return Reflect.has(this.#filled(target), key);
  }

  ownKeys(target: T[]): (string | symbol)[] {
    return Reflect.ownKeys(this.#filled(target));
  }

  getOwnPropertyDescriptor(target: T[], key: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#filled(target), key);
  }

  #filled(target: T[]): T[] {
    const make = this.#make;
    this.#make = undefined;
    if (make) for (const item of make()) target.push(item);
    return target;
  }
}

/**
 * Gives objects these properties, worked out together when one of them is first looked at. They are the
 * object's own and enumerable, so a copy of the object has their values. The getters are shared, and so is the
 * shape of all objects that get them: getters for each object would cost more than most of the work that is put
 * off.
 */
export function lazyProperties<L extends object>(
  ...names: (keyof L)[]
): <P extends object>(part: P, make: () => L) => P & L {
  const getters = names.map((name) => [name, getterOf<L>(name)] as const);
  return (part, make) => {
    const work: Work<L> = { make, made: undefined };
    // Configurable, so that a proxy around the object may give out a proxy of this, as those of Vue do.
    Object.defineProperty(part, WORK, { value: work, configurable: true });
    for (const [name, getter] of getters) Object.defineProperty(part, name, getter);
    return part as typeof part & L;
  };
}

const WORK = Symbol('work');

interface Work<L> {
  readonly make: () => L;
  made: L | undefined;
}

function getterOf<L extends object>(
  name: keyof L,
): PropertyDescriptor & ThisType<Record<typeof WORK, Work<L>>> {
  return {
    enumerable: true,
    get() {
      const work = this[WORK];
      work.made ??= work.make();
      return work.made[name];
    },
  };
}
