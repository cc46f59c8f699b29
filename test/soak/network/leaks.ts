/** Looks for what must not be there in what was captured, however it is written down. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Something to look for, and what it is, for a person to read. */
export interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

export class Captured {
  readonly #haystacks: readonly Buffer[];
  readonly bytes: number;

  private constructor(haystacks: readonly Buffer[]) {
    this.#haystacks = haystacks;
    this.bytes = haystacks[0]?.length ?? 0;
  }

  /** The file as it is, and what each direction of each TCP connection in it carried, put together. */
  static async read(file: string): Promise<Captured> {
    return new Captured([await readFile(file), ...(await directionsIn(file))]);
  }

  get directions(): number {
    return this.#haystacks.length - 1;
  }

  /** In which form it is there; nothing if it is not. */
  formOf({ bytes }: Needle): string | undefined {
    const forms = formsOf(bytes);
    return Object.keys(forms).find((form) =>
      forms[form]?.some((one) => this.#haystacks.some((all) => all.includes(one))),
    );
  }

  found(needles: readonly Needle[]): string[] {
    return needles.flatMap((needle) => {
      const form = this.formOf(needle);
      return form === undefined ? [] : [`${needle.what} (${form})`];
    });
  }
}

export function text(what: string, value: string): Needle {
  return { what, bytes: Buffer.from(value) };
}

export function hex(what: string, value: string): Needle {
  return { what, bytes: Buffer.from(value, 'hex') };
}

/** The last field of a line of a key log is the secret itself. */
export function keyLogSecret(whose: string, line: string): Needle {
  const [label = '', , secret = ''] = line.split(' ');
  return hex(`${label} of ${whose}`, secret);
}

async function directionsIn(file: string): Promise<Buffer[]> {
  const fields = ['tcp.stream', 'tcp.srcport', 'tcp.payload'].flatMap((field) => ['-e', field]);
  const asked = ['-r', file, '-Y', 'tcp.len > 0 && !tcp.analysis.retransmission', '-T', 'fields', ...fields];
  const { stdout } = await run('tshark', asked, { maxBuffer: 2 ** 30 });
  const directions = new Map<string, string[]>();
  for (const line of stdout.trim().split('\n')) {
    const [stream, port, payload = ''] = line.split('\t');
    const key = `${stream ?? ''} ${port ?? ''}`;
    directions.set(key, [...(directions.get(key) ?? []), payload]);
  }
  return [...directions.values()].map((parts) => Buffer.from(parts.join(''), 'hex'));
}

function formsOf(bytes: Buffer): Readonly<Record<string, readonly Buffer[]>> {
  const inHex = bytes.toString('hex');
  return {
    raw: [bytes],
    hex: [Buffer.from(inHex), Buffer.from(inHex.toUpperCase())],
    base64: [0, 1, 2].flatMap((before) =>
      (['base64', 'base64url'] as const).map((form) => within(bytes, before, form)),
    ),
  };
}

/** In the middle of other bytes, the first and last letters of base64 are mixed with those: what is surely there. */
function within(bytes: Buffer, before: number, form: 'base64' | 'base64url'): Buffer {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const even = whole.subarray(0, whole.length - (whole.length % 3));
  return Buffer.from(even.toString(form).slice(before === 0 ? 0 : 4));
}
