/** Lists that are made when they are first looked at: of a long capture's fields most never are. */

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
