/** What can be typed at the bench, one row for each command. */
import type { Bench } from '#attacks/bench/bench';
import { BenchFault, type Held } from '#attacks/bench/model';
import type { UnitReader } from '#attacks/bench/reader';
import { fromHex, utf8 } from '#protocol/bytes';
import { counted, printable } from '#protocol/shown';
import { filterTest } from '../filter-option.ts';
import { hexdump } from '../views/follow-view.ts';
import { replacedText } from '#dissect/replaced-text';

export interface Told {
  readonly lines: readonly string[];
  readonly isOver?: true;
}

interface Command {
  readonly name: string;
  readonly arguments: string;
  readonly help: string;
  readonly run: (words: readonly string[], rest: string) => readonly string[];
}

const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g;
/** Milliseconds. */
const LONGEST_DELAY = 600_000;

/** A mistake in what was typed. */
class TypedFault extends Error {}

export class BenchDesk {
  readonly #bench: Bench;
  readonly #reader: UnitReader;
  /** The length in a header is put right after a change, as Mallory would; noise leaves it. */
  #fit = true;

  constructor(bench: Bench, reader: UnitReader) {
    this.#bench = bench;
    this.#reader = reader;
  }

  /** Does what a line says. Never throws: what is wrong with it is said. */
  told(line: string): Told {
    const words = [...line.matchAll(WORD)].map(
      ([whole, quoted]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? whole,
    );
    const [name, ...more] = words;
    if (name === undefined) return { lines: [] };
    if (name === 'quit') return { lines: [], isOver: true };
    const command = this.#commands.find((each) => each.name === name);
    if (!command) return { lines: [`there is no command "${printable(name)}"; help lists them`] };
    try {
      return { lines: command.run(more, line.trim().slice(name.length).trim()) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const usage = error instanceof TypedFault ? [`usage: ${usageOf(command)}`] : [];
      return { lines: [...error.message.split('\n'), ...usage] };
    }
  }

  readonly #commands: readonly Command[] = [
    { name: 'list', arguments: '', help: 'what is held', run: () => this.#listed() },
    {
      name: 'show',
      arguments: 'UNIT',
      help: 'the bytes of a held unit',
      run: ([unit]) => [...hexdump(this.#held(unit).bytes)],
    },
    {
      name: 'pass',
      arguments: 'UNIT',
      help: 'pass it on, also before what came earlier',
      run: ([unit]) => this.#done(() => this.#bench.pass(number(unit))),
    },
    {
      name: 'drop',
      arguments: 'UNIT',
      help: 'drop it',
      run: ([unit]) => this.#done(() => this.#bench.drop(number(unit))),
    },
    {
      name: 'edit',
      arguments: 'UNIT OFFSET HEX',
      help: 'write these bytes over its own, from this offset on',
      run: ([unit, offset, hex]) => this.#edited(this.#held(unit), number(offset), bytesOf(hex)),
    },
    {
      name: 'text',
      arguments: 'UNIT "OLD" "NEW"',
      help: 'put a text in place of another, longer or shorter',
      run: ([unit, old, text]) => this.#reworded(this.#held(unit), old, text),
    },
    {
      name: 'double',
      arguments: 'UNIT',
      help: 'pass it on once more than before',
      run: ([unit]) => [`unit ${number(unit)} will go on ${this.#bench.duplicate(number(unit)).times} times`],
    },
    {
      name: 'delay',
      arguments: 'UNIT MILLISECONDS',
      help: 'pass it on by itself, later',
      run: ([unit, wait]) => {
        this.#bench.delay(number(unit), Math.min(number(wait), LONGEST_DELAY));
        return [`unit ${number(unit)} goes on in ${Math.min(number(wait), LONGEST_DELAY)} ms`];
      },
    },
    {
      name: 'replay',
      arguments: 'UNIT [CONNECTION]',
      help: 'send again what came before, in its own connection or in another one',
      run: ([unit, connection]) =>
        this.#done(() =>
          this.#bench.replay(number(unit), connection === undefined ? undefined : number(connection)),
        ),
    },
    {
      name: 'inject',
      arguments: 'CONNECTION TOWARDS HEX',
      help: 'send bytes that nobody has sent, towards the server or the client',
      run: ([connection, towards, hex]) => {
        if (towards !== 'server' && towards !== 'client')
          throw new TypedFault('towards the server or the client?');
        return this.#done(() => this.#bench.inject(number(connection), towards, bytesOf(hex)));
      },
    },
    {
      name: 'cut',
      arguments: 'CONNECTION',
      help: 'end a connection at once, at both ends',
      run: ([connection]) => this.#done(() => this.#bench.cut(number(connection))),
    },
    {
      name: 'step',
      arguments: '',
      help: 'pass on the oldest of what is held, and hold everything else',
      run: () => this.#done(() => this.#bench.step()),
    },
    {
      name: 'pause',
      arguments: '',
      help: 'hold everything from now on',
      run: () => (this.#bench.pause(), ['paused: everything is held']),
    },
    {
      name: 'resume',
      arguments: '',
      help: 'pass on all that is held, and hold only at the breakpoint',
      run: () => (this.#bench.resume(), ['goes on']),
    },
    {
      name: 'break',
      arguments: '[FILTER]',
      help: 'hold what a display filter fits; without one, nothing',
      run: (_, filter) => this.#breaks(filter),
    },
    {
      name: 'as',
      arguments: 'WHO',
      help: 'mallory: after a change, the length in the header is put right; noise: it stays',
      run: ([who]) => this.#changesAs(who),
    },
    { name: 'help', arguments: '', help: 'these commands', run: () => this.#helped() },
    { name: 'quit', arguments: '', help: 'end all connections and leave', run: () => [] },
  ];

  #listed(): string[] {
    const { held } = this.#bench;
    if (held.length === 0) return [this.#bench.isPaused ? 'nothing is held; paused' : 'nothing is held'];
    return held.map(
      ({ id, connection, towards, title, bytes, hold, times }) =>
        `#${id}  connection ${connection} to the ${towards}  ${printable(title)}  ${counted(bytes.length, 'byte')}  ${hold}${times > 1 ? `, ${times} times` : ''}`,
    );
  }

  #held(unit: string | undefined): Held {
    const id = number(unit);
    const held = this.#bench.held.find((each) => each.id === id);
    if (!held) throw new BenchFault('not_held', `unit ${id} is not held`);
    return held;
  }

  /** The events say the rest. */
  #done(work: () => void): readonly string[] {
    work();
    return [];
  }

  #edited({ id, bytes }: Held, offset: number, over: Uint8Array): readonly string[] {
    if (offset > bytes.length) throw new TypedFault(`it has ${counted(bytes.length, 'byte')}`);
    const changed = new Uint8Array(Math.max(bytes.length, offset + over.length));
    changed.set(bytes);
    changed.set(over, offset);
    return [...hexdump(this.#bench.replace(id, changed, { fit: this.#fit }).bytes)];
  }

  #reworded({ id, bytes }: Held, old = '', text = ''): readonly string[] {
    if (old === '') throw new TypedFault('which text?');
    const changed = replacedText(bytes, utf8(old), utf8(text));
    if (!changed)
      throw new TypedFault(`its bytes do not hold "${old}": they are sealed, or it says something else`);
    return [...hexdump(this.#bench.replace(id, changed, { fit: this.#fit }).bytes)];
  }

  #breaks(filter: string): readonly string[] {
    this.#reader.breakpoint = filter === '' ? undefined : filterTest(filter, 'break');
    return [filter === '' ? 'no breakpoint' : `holds what fits ${printable(filter)}`];
  }

  #changesAs(who: string | undefined): readonly string[] {
    if (who !== 'mallory' && who !== 'noise') throw new TypedFault('as whom?');
    this.#fit = who === 'mallory';
    return [
      this.#fit
        ? 'after a change, the length in the header is put right'
        : 'a change leaves the header as it is',
    ];
  }

  #helped(): string[] {
    const width = Math.max(...this.#commands.map((command) => usageOf(command).length));
    return this.#commands.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.help}`);
  }
}

function usageOf({ name, arguments: rest }: Command): string {
  return `${name} ${rest}`.trim();
}

function number(word: string | undefined): number {
  const text = (word ?? '').replace(/^#/, '');
  if (!/^\d{1,9}$/.test(text))
    throw new TypedFault(word === undefined ? 'a number is missing' : `${printable(word)} is not a number`);
  return Number(text);
}

function bytesOf(word: string | undefined): Uint8Array {
  if (word === undefined || !/^([0-9a-f]{2})+$/i.test(word))
    throw new TypedFault('bytes are written in hex, two digits each');
  return fromHex(word.toLowerCase());
}
