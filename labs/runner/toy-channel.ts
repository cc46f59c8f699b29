/**
 * A channel that no wire has, for judging code that must work with any channel (lab 09). A record is a type, two bytes of
 * length, and a body with every bit turned around. It protects nothing.
 */

export type ToyEvent =
  { readonly kind: 'write' | 'plain'; readonly bytes: Uint8Array } | { readonly kind: 'opened' | 'closed' };

export const TOY = { hello: 1, welcome: 2, data: 3, goodbye: 4 } as const;
export type ToyType = (typeof TOY)[keyof typeof TOY];

const HEADER_LENGTH = 3;
const LONGEST = 0xffff;

export function toyRecord(type: number, plain: Uint8Array): Uint8Array {
  const body = plain.map((byte) => byte ^ 0xff);
  return Uint8Array.of(type, body.length >> 8, body.length & 0xff, ...body);
}

/** Plain bytes as records of data. */
export function toyData(plain: Uint8Array): Uint8Array {
  const records: number[] = [];
  for (let at = 0; at < plain.length; at += LONGEST)
    records.push(...toyRecord(TOY.data, plain.subarray(at, at + LONGEST)));
  return Uint8Array.from(records);
}

/** Finds the records in a stream. Throws for a type that does not exist. */
export class ToyReader {
  #kept = new Uint8Array(0);

  push(bytes: Uint8Array): void {
    this.#kept = Uint8Array.from([...this.#kept, ...bytes]);
  }

  next(): { readonly type: number; readonly plain: Uint8Array } | undefined {
    const [type, high = 0, low = 0] = this.#kept;
    if (type === undefined) return undefined;
    if (type < TOY.hello || type > TOY.goodbye) throw new Error(`there is no record of type ${type}`);
    const end = HEADER_LENGTH + (high << 8) + low;
    if (this.#kept.length < Math.max(end, HEADER_LENGTH)) return undefined;
    const plain = this.#kept.slice(HEADER_LENGTH, end).map((byte) => byte ^ 0xff);
    this.#kept = this.#kept.slice(end);
    return { type, plain };
  }
}

/** The server's end: what `createServerChannel` of lab 06 returns, for this channel. */
export class ToyServerChannel {
  readonly #reader = new ToyReader();
  readonly #events: ToyEvent[] = [];
  #isOpen = false;

  push(wireBytes: Uint8Array): void {
    this.#reader.push(wireBytes);
  }

  next(): ToyEvent | undefined {
    const waiting = this.#events.shift();
    if (waiting) return waiting;
    const record = this.#reader.next();
    return record && this.#eventOf(record.type, record.plain);
  }

  send(plain: Uint8Array): Uint8Array {
    if (!this.#isOpen) throw new Error('send() was called before the channel was open, or after its end');
    return toyData(plain);
  }

  close(): Uint8Array {
    this.#isOpen = false;
    return toyRecord(TOY.goodbye, new Uint8Array(0));
  }

  #eventOf(type: number, plain: Uint8Array): ToyEvent {
    if (type === TOY.hello && !this.#isOpen) {
      this.#isOpen = true;
      this.#events.push({ kind: 'opened' });
      return { kind: 'write', bytes: toyRecord(TOY.welcome, plain) };
    }
    if (type === TOY.data && this.#isOpen) return { kind: 'plain', bytes: plain };
    if (type !== TOY.goodbye) throw new Error(`a record of type ${type} must not come now`);
    this.#isOpen = false;
    return { kind: 'closed' };
  }
}
