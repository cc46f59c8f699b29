/**
 * An attack on the room of a class: Mallory, in a process of her own, comes into the connections of those who have agreed, and what
 * the server then does with them is observed.
 */
import type { End } from '#classroom/attack-judge';
import { isLeader } from '#classroom/people';
import type { FlowSight } from '#classroom/flow-sight';
import type { Person } from '#classroom/records';
import { RoomAttack } from '#classroom/room-attack';
import type { AuditEntry } from '#chat/records';
import type {
  ConsentAction,
  RoomAttackAction,
  RoomAttackId,
  RoomAttackNews,
  RoomAttackNow,
} from '#dissect/page-room-attack';
import type { RoomPathEvent } from '#dissect/room-path';
import type { WireName } from '#protocol/wires';
import { AttackedPlaces, type RoomPath, type Stands } from './attacked-places.ts';
import type { Refusal } from './refusal.ts';

/** What it needs of the server around the class. */
export interface AttackGround extends Stands {
  /** Opens Mallory for a wire that is open on this port. */
  readonly openPath: (
    place: { readonly wire: WireName; readonly address: { readonly host: string; readonly port: number } },
    tell: (event: RoomPathEvent) => void,
  ) => RoomPath;
  /** Where clients of the wire connect; undefined while it is off. */
  readonly portOf: (wire: WireName) => number | undefined;
}

export interface RoomAttacksOptions {
  /** Absent without a tap. */
  readonly ground: AttackGround | undefined;
  readonly sight: Pick<FlowSight, 'flowsOf'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly audit: (entry: AuditEntry) => void;
  readonly changed: () => void;
  /** Students who are here. */
  readonly here: () => readonly number[];
  readonly nameOf: (person: number) => string;
}

/** Milliseconds between two looks at whose connections stand, and at what there is to judge. */
const LOOK_EVERY = 200;
const HERE = '127.0.0.1';

export class RoomAttacks {
  readonly #options: RoomAttacksOptions;
  #attack: RoomAttack | undefined;
  #places: AttackedPlaces | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(options: RoomAttacksOptions) {
    this.#options = options;
  }

  /** In place of the one before, unless that goes on. */
  ask(attack: RoomAttackId, wire: WireName, by: Person): Refusal {
    if (this.#attack?.stage === 'begun') return UNDER_WAY;
    const refusal = this.#refusal(wire);
    if (refusal) return refusal;
    const [id, since] = [++this.#count, this.#options.clock()];
    this.#attack = new RoomAttack({ id, attack, wire, by: by.account.name, since });
    this.#options.changed();
    return undefined;
  }

  answer({ attack: id, yes }: ConsentAction, by: Person): Refusal {
    const attack = this.#attack;
    if (isLeader(by) || by.removed) return STUDENTS_ONLY;
    if (attack?.asked.id !== id || attack.stage === 'over') return IS_OVER;
    if (!attack.answer(by.id, yes)) return UNDER_WAY;
    this.#look();
    this.#options.changed();
    return undefined;
  }

  begin(by: Person): Refusal {
    const attack = this.#attack;
    if (!attack || attack.stage === 'over') return IS_OVER;
    if (attack.stage === 'begun') return UNDER_WAY;
    const { ground, here, clock, changed } = this.#options;
    const { wire } = attack.asked;
    const [port, refusal] = [ground?.portOf(wire), this.#refusal(wire)];
    if (refusal || !ground || port === undefined) return refusal;
    if (!attack.begin(here(), clock())) return NOBODY_AGREES;
    const path = ground.openPath({ wire, address: { host: HERE, port } }, (event) =>
      this.#told(attack, event),
    );
    this.#places = new AttackedPlaces(attack, { path, ground, sight: this.#options.sight });
    const { agreed, of } = attack.agreedOf(here());
    this.#audit('class.attack_begun', by.account.name, attack, `${agreed} of ${of} agree`);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY).unref();
    changed();
    return undefined;
  }

  /** What goes on ends, and what is over or was never begun is taken away. */
  end(by: Person): Refusal {
    const attack = this.#attack;
    if (!attack) return IS_OVER;
    if (attack.stage === 'begun') {
      attack.end();
      this.#over(attack, by.account.name);
    } else this.#attack = undefined;
    this.#options.changed();
    return undefined;
  }

  /** Somebody is no longer in the class. */
  forget(person: number): void {
    this.#attack?.forget(person);
    this.#look();
  }

  /** Ends it, and takes it away. */
  drop(): void {
    const attack = this.#attack;
    this.#attack = undefined;
    if (attack?.stage !== 'begun') return;
    attack.end();
    this.#over(attack, 'server');
  }

  /** Resolves when Mallory is in nobody's connection any more, and her process is gone. */
  async close(): Promise<void> {
    this.drop();
    await this.#closing;
  }

  /** The server has given others what somebody said over this connection of the chat. */
  heard(session: number, said: { readonly text: string; readonly ref: string | undefined }): void {
    const person = this.#places?.personAt(session);
    if (person === undefined) return;
    this.#attack?.heard(person, said, this.#options.clock());
    this.#look();
  }

  /** This connection of the chat has ended. */
  gone(session: number, end: End): void {
    const person = this.#places?.lost(session);
    if (person === undefined) return;
    this.#attack?.ended(person, end, this.#options.clock());
    this.#look();
  }

  shownTo(person: Person): RoomAttackNow | null {
    const attack = this.#attack;
    if (!attack) return null;
    const { here, nameOf } = this.#options;
    return isLeader(person)
      ? attack.shownToLeaders(here(), nameOf)
      : attack.shownToStudent(person.id, here());
  }

  #refusal(wire: WireName): Refusal {
    const { ground } = this.#options;
    if (!ground) return NO_TAP;
    if (ground.portOf(wire) !== undefined) return undefined;
    return { code: 'wire_off', message: `the ${wire} wire is off now` };
  }

  #told(attack: RoomAttack, event: RoomPathEvent): void {
    if (attack !== this.#attack || attack.stage !== 'begun') return;
    const { clock, changed } = this.#options;
    if (event.kind === 'failed') {
      attack.end(event.message);
      this.#over(attack, 'server');
    } else if (event.kind === 'ready') this.#places?.ready();
    else this.#places?.happened(event, clock());
    this.#look();
    changed();
  }

  #look(): void {
    const attack = this.#attack;
    const [places, before] = [this.#places, attack?.stage];
    if (!attack || !places || before !== 'begun') return;
    const changed = attack.settle(this.#options.clock());
    if (attack.stage === 'over') this.#over(attack, 'server');
    else places.look(() => this.#options.changed());
    if (changed) this.#options.changed();
  }

  #over(attack: RoomAttack, by: string): void {
    clearInterval(this.#timer);
    const places = this.#places;
    this.#places = undefined;
    if (!places) return;
    this.#closing = Promise.all([this.#closing, places.close()]);
    const { succeeds, detected, prevented } = attack.counts;
    const detail = `succeeds ${succeeds}, detected ${detected}, prevented ${prevented}`;
    this.#audit('class.attack_ended', by, attack, detail);
    this.#options.changed();
  }

  #audit(
    event: 'class.attack_begun' | 'class.attack_ended',
    actor: string,
    { asked: { attack, wire } }: RoomAttack,
    detail: string,
  ): void {
    const { audit, clock } = this.#options;
    audit({ ts: clock(), event, actor, via: wire, detail: `${attack}: ${detail}` });
  }
}

/** What those who lead ask for. */
export function leadAttack(attacks: RoomAttacks, request: RoomAttackAction, by: Person): Refusal {
  if (request.type === 'ask-attack') return attacks.ask(request.attack, request.wire, by);
  return request.type === 'begin-attack' ? attacks.begin(by) : attacks.end(by);
}

/** Each time it is called, what a page of this person has to be told of the attack, and was not told before. */
export function attackNewsOf(
  attacks: RoomAttacks,
  whose: () => Person | undefined,
): () => RoomAttackNews | undefined {
  let told: string | undefined;
  return () => {
    const person = whose();
    const attack = person ? attacks.shownTo(person) : null;
    const text = JSON.stringify(attack);
    if (text === told) return undefined;
    told = text;
    return { type: 'attack', attack };
  };
}

const NO_TAP = {
  code: 'no_tap',
  message: 'this server has no taps, so nobody can come into a connection; start it without --no-tap',
};
const UNDER_WAY = { code: 'attack_begun', message: 'the attack has begun already' };
const IS_OVER = { code: 'attack_over', message: 'there is no such attack any more' };
const NOBODY_AGREES = {
  code: 'nobody_agrees',
  message: 'none of the students who are here agrees, so there is nobody whose connection may be touched',
};
const STUDENTS_ONLY = { code: 'students_only', message: 'only students are asked whether they agree' };
