/**
 * An attack on the room: who agrees to it, whose connections Mallory may come into, and what came of it for each. In memory only:
 * after a new start of the server, there is none. Times are milliseconds since 1970.
 */
import { CLASS_CAPS } from '#dissect/page-class';
import type {
  AttackOutcome,
  AttackRow,
  AttackedStanding,
  OwnAttack,
  RoomAttackNow,
  RoomVerdict,
} from '#dissect/page-room-attack';
import { toHex } from '#protocol/bytes';
import { type End, type Evidence, type Heard, NOTHING_YET, judged, unjudged } from './attack-judge.ts';

/** What is asked, as everyone is told it. */
export type AskedAttack = Pick<RoomAttackNow, 'id' | 'attack' | 'wire' | 'by' | 'since'>;

/** Somebody who has agreed, once it has begun. */
interface Part {
  standing: AttackedStanding;
  evidence: Evidence;
  outcome: AttackOutcome | undefined;
}

/** Milliseconds by which what the server did can be known before what Mallory did: the two come by different ways. */
const ON_ITS_WAY_MS = 1_000;

const WITHDRAWN: AttackOutcome = { verdict: null, words: 'Withdrawn: Mallory has left the connection.' };

export class RoomAttack {
  readonly asked: AskedAttack;
  /** In the order in which they came. */
  readonly #answers = new Map<number, boolean>();
  readonly #parts = new Map<number, Part>();
  #stage: RoomAttackNow['stage'] = 'asked';
  /** Students who were here when it began. */
  #of = 0;
  #ends = Infinity;
  #error: string | null = null;

  constructor(asked: AskedAttack) {
    this.asked = asked;
  }

  get stage(): RoomAttackNow['stage'] {
    return this.#stage;
  }

  /** The answer can be changed until it begins. From then on, no is the only one; false for a yes that comes too late. */
  answer(person: number, yes: boolean): boolean {
    if (this.#stage === 'over' || (yes && this.#stage === 'begun')) return false;
    this.#answers.set(person, yes);
    const part = this.#parts.get(person);
    if (!yes && part && !part.outcome) this.#conclude(part, WITHDRAWN);
    return true;
  }

  /** Somebody is no longer in the class. */
  forget(person: number): void {
    this.#answers.delete(person);
    this.#parts.delete(person);
  }

  /** With those who agree and are here, up to a cap; false if that is nobody. */
  begin(here: readonly number[], now: number): boolean {
    const present = new Set(here);
    const agreeing = [...this.#answers].filter(([person, yes]) => yes && present.has(person));
    if (this.#stage !== 'asked' || agreeing.length === 0) return false;
    for (const [person] of agreeing.slice(0, CLASS_CAPS.attacked))
      this.#parts.set(person, { standing: 'waiting', evidence: NOTHING_YET, outcome: undefined });
    this.#stage = 'begun';
    this.#of = here.length;
    this.#ends = now + CLASS_CAPS.attackMinutes * 60_000;
    return true;
  }

  /** Nothing more is done to anybody. */
  end(error: string | null = null): void {
    if (this.#stage !== 'begun') return;
    for (const part of this.#parts.values()) this.#conclude(part, unjudged(part.evidence));
    this.#stage = 'over';
    this.#error = error;
  }

  /** Those into whose connections Mallory may come now, or in whose she may stay. */
  get open(): readonly number[] {
    if (this.#stage !== 'begun') return [];
    return [...this.#parts].filter(([, { outcome }]) => !outcome).map(([person]) => person);
  }

  /** Whether it is for Mallory to come into a connection of this person, and not yet too late for that. */
  isAwaited(person: number): boolean {
    const part = this.#parts.get(person);
    return this.#stage === 'begun' && !!part && !part.outcome && part.evidence.took.length === 0;
  }

  /** Mallory is in so many connections of this person. */
  stands(person: number, places: number): void {
    const part = this.#parts.get(person);
    if (!part || part.outcome || part.standing === 'acted') return;
    part.standing = places > 0 ? 'in' : 'waiting';
  }

  acted(
    person: number,
    act: Pick<Evidence, 'isOver' | 'sent'> & { readonly took: Uint8Array },
    now: number,
  ): void {
    const part = this.#parts.get(person);
    if (!part || part.outcome) return;
    const { took, at } = part.evidence;
    // What was observed long before belongs to something else, such as a connection that has ended since.
    if (took.length === 0 && now - at > ON_ITS_WAY_MS) part.evidence = NOTHING_YET;
    this.#observed(person, now, (before) => ({
      took: [...before.took, act.took],
      sent: [...before.sent, ...act.sent],
      isOver: act.isOver,
    }));
    part.standing = 'acted';
  }

  passed(person: number, now: number): void {
    this.#observed(person, now, ({ passed }) => ({ passed: passed + 1 }));
  }

  heard(person: number, said: Heard, now: number): void {
    this.#observed(person, now, ({ heard }) => ({
      heard: [...heard, said].slice(0, CLASS_CAPS.attackHeard),
    }));
  }

  ended(person: number, end: End, now: number): void {
    this.#observed(person, now, ({ ended }) => ({ ended: ended ?? end }));
  }

  /** Judges what there is to judge; ends when all have an outcome, or when it has lasted too long. True if something has changed. */
  settle(now: number): boolean {
    if (this.#stage !== 'begun') return false;
    let changed = false;
    for (const part of this.#parts.values()) {
      const outcome = part.outcome ? undefined : judged(this.asked.attack, part.evidence, now);
      if (!outcome) continue;
      this.#conclude(part, outcome);
      changed = true;
    }
    if (this.open.length > 0 && now < this.#ends) return changed;
    this.end();
    return true;
  }

  /** `here`: students who are here. */
  shownToLeaders(here: readonly number[], nameOf: (person: number) => string): RoomAttackNow {
    const people = new Set([...here, ...this.#answers.keys()]);
    const rows = [...people].map((id): AttackRow => {
      const { agrees, standing } = this.#ownOf(id);
      return { id, name: nameOf(id), agrees, standing, outcome: this.#parts.get(id)?.outcome ?? null };
    });
    return { ...this.#common(here), own: null, rows };
  }

  shownToStudent(person: number, here: readonly number[]): RoomAttackNow {
    return { ...this.#common(here), own: this.#ownOf(person), rows: null };
  }

  get counts(): Readonly<Record<RoomVerdict, number>> {
    const of = (verdict: RoomVerdict): number =>
      [...this.#parts.values()].filter(({ outcome }) => outcome?.verdict === verdict).length;
    return { succeeds: of('succeeds'), detected: of('detected'), prevented: of('prevented') };
  }

  /** Those who take part, of so many. */
  agreedOf(here: readonly number[]): { readonly agreed: number; readonly of: number } {
    if (this.#stage !== 'asked') return { agreed: this.#parts.size, of: this.#of };
    return { agreed: here.filter((person) => this.#answers.get(person)).length, of: here.length };
  }

  #common(here: readonly number[]): Omit<RoomAttackNow, 'own' | 'rows'> {
    const { stage, counts } = this;
    return { ...this.asked, stage, ...this.agreedOf(here), counts, error: this.#error };
  }

  #ownOf(person: number): OwnAttack {
    const { standing = null, evidence, outcome } = this.#parts.get(person) ?? {};
    return {
      agrees: this.#answers.get(person) ?? null,
      standing,
      outcome: evidence && outcome ? { ...outcome, ...shownOf(evidence) } : null,
    };
  }

  #observed(person: number, at: number, more: (before: Evidence) => Partial<Evidence>): void {
    const part = this.#parts.get(person);
    if (!part || part.outcome) return;
    part.evidence = { ...part.evidence, ...more(part.evidence), at };
  }

  #conclude(part: Part, outcome: AttackOutcome): void {
    part.outcome ??= outcome;
    part.standing = 'over';
  }
}

function shownOf({ took, sent, heard }: Evidence) {
  const cut = (bytes: Uint8Array): string => toHex(bytes.subarray(0, CLASS_CAPS.attackBytes));
  return { took: took.map(cut), sent: sent.map(cut), heard: heard.map(({ text }) => text) };
}
