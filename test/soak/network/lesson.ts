/** The students of the class on the network: they join, talk on every wire in both ways, and hear each other. */
import { randomBytes } from 'node:crypto';
import { WIRE_NAMES, type WireName, needsKeys } from '#protocol/wires';
import { ms, percentile } from '../figures.ts';
import type { JoinedAs, Secrets, Talked, Way } from './contract.ts';
import type { Helper } from './helper.ts';
import type { Laptop } from './laptop.ts';
import { type Needle, hex, keyLogSecret, text } from './leaks.ts';
import type { Needles } from './watch.ts';

/** Straight to its port, a student reaches a wire that asks for a key: on the others, a class takes no guests from other machines. */
const waysOn = (wire: WireName): readonly Way[] =>
  needsKeys(wire, 'shared') ? ['relay', 'direct'] : ['relay'];

/** The first of the students is the one whose cable is watched. */
export class Lesson {
  readonly #students: readonly Helper[];
  readonly #laptop: Laptop;
  readonly #joined: JoinedAs[] = [];
  readonly #expected: Needle[] = [];
  readonly #forbidden: Needle[] = [];

  constructor(students: readonly Helper[], laptop: Laptop) {
    this.#students = students;
    this.#laptop = laptop;
  }

  get ca(): string {
    return this.#joined[0]?.ca ?? '';
  }

  async join(): Promise<string> {
    const { where, code } = this.#laptop;
    for (const student of this.#students)
      this.#joined.push(await student.ask<JoinedAs>({ do: 'join', where, code, name: student.host.name }));
    return `${this.#joined.map(({ name }) => name).join(', ')} joined, each from a host of its own`;
  }

  /** On each wire and in both ways: first all of them, then all but the one who is watched. */
  async talk(rounds: number, progress: (line: string) => void): Promise<string[]> {
    const delays = new Map(this.#students.map(({ host }) => [host.name, [] as number[]]));
    for (const wire of WIRE_NAMES) {
      for (const way of waysOn(wire)) {
        for (const who of [this.#students, this.#students.slice(1)]) {
          progress(`${who.length} talk on ${wire}, ${way}`);
          await this.#round({ wire, way, who, rounds, delays });
        }
      }
    }
    return [...delays].map(
      ([name, all]) =>
        `${name} heard ${all.length} of ${all.length} messages: p50 ${ms(percentile(all, 0.5))}, longest ${ms(Math.max(...all))}`,
    );
  }

  async needles(): Promise<Needles> {
    const [own, ...others] = this.#joined;
    this.#expected.push(text('ada’s token', own?.token ?? ''));
    for (const { name, token, key } of others)
      this.#forbidden.push(text(`the token of ${name}`, token), hex(`the key of ${name}`, key.hex));
    const [lines, ...rest] = await Promise.all(
      this.#students.map((student) => student.ask<Secrets>({ do: 'secrets' })),
    );
    const known = new Set(lines?.lines);
    if (known.size === 0) throw new Error('ada’s page was given no secrets of her own connections');
    this.#expected.push(...[...known].map((line) => keyLogSecret('ada', line)));
    for (const [at, { lines: theirs }] of rest.entries()) {
      if (theirs.some((line) => known.has(line)))
        throw new Error('LEAK: ada’s page was given a secret of another');
      this.#forbidden.push(...theirs.map((line) => keyLogSecret(others[at]?.name ?? '', line)));
    }
    return { expected: this.#expected, forbidden: this.#forbidden };
  }

  async #round(round: Round): Promise<void> {
    const { wire, way, who, rounds, delays } = round;
    const room = `${wire.replace('+', '-')}-${way}-${who.length}`;
    for (const student of who) await student.ask({ do: 'enter', wire, room, way });
    for (let at = 0; at < rounds; at++) {
      const texts = who.map(({ host }) => `${host.name} says ${randomBytes(12).toString('hex')} in ${room}`);
      this.#note(texts, round);
      const others = who.map((_, which) => texts.filter((__, whose) => whose !== which));
      const talked = await Promise.all(
        who.map((student, which) =>
          student.ask<Talked>({ do: 'talk', room, say: texts[which] ?? '', expect: others[which] ?? [] }),
        ),
      );
      for (const [which, { heard }] of talked.entries()) {
        const said = talked.filter((_, whose) => whose !== which).map((one) => one.said);
        delays
          .get(who[which]?.host.name ?? '')
          ?.push(...heard.map((time, whose) => time - (said[whose] ?? NaN)));
      }
    }
  }

  /** What others say in a room reaches her on her own wire. */
  #note(texts: readonly string[], { wire, way, who }: Round): void {
    const [own, ...others] = texts.map((said) => text(`“${said}”`, said));
    if (who.length < this.#students.length) this.#forbidden.push(...(own ? [own, ...others] : []));
    else if (isClear(wire, way)) this.#expected.push(...others);
    else this.#forbidden.push(...others);
  }
}

/**
 * Where what reaches a student can be read on the cable. A page cannot speak TLS by itself: the server's end of its relay
 * does, so on the tls wire its messages cross the network in the WebSocket of a page that is served over http.
 */
function isClear(wire: WireName, way: Way): boolean {
  return wire === 'plain' || (wire === 'tls' && way === 'relay');
}

interface Round {
  readonly wire: WireName;
  readonly way: Way;
  readonly who: readonly Helper[];
  readonly rounds: number;
  readonly delays: ReadonlyMap<string, number[]>;
}
