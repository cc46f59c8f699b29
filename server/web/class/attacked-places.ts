/** The connections of a class in which Mallory stands during an attack on the room: how she comes into each, and leaves it. */
import type { FlowSight } from '#classroom/flow-sight';
import type { RoomAttack } from '#classroom/room-attack';
import { CLASS_CAPS } from '#dissect/page-class';
import type { RoomAttackId } from '#dissect/page-room-attack';
import type { RoomPathEvent } from '#dissect/room-path';
import type { WireName } from '#protocol/wires';
import type { Detour } from '#tap/detour';
import { StepError, type Standing, type SteppedIn } from '#tap/step-in';

/** Mallory, once she is ready. */
export interface RoomPath {
  join(place: number, attack: RoomAttackId, steppedIn: SteppedIn): void;
  leave(place: number): void;
  close(): Promise<void>;
}

export interface Stands {
  /** The open connection of this flow. Throws `StepError`. */
  readonly find: (flow: number) => Standing;
  /** The chat's number of the connection that its client (`address:port`) has, once its person is in a room. */
  readonly sessionOf: (wire: WireName, from: string) => number | undefined;
}

interface Parts {
  readonly path: RoomPath;
  readonly ground: Stands;
  readonly sight: Pick<FlowSight, 'flowsOf'>;
}

interface Place {
  readonly person: number;
  readonly session: number;
  /** Once she is in it. */
  detour: Detour | undefined;
}

/** Each place has the number of its flow. */
export class AttackedPlaces {
  readonly #attack: RoomAttack;
  readonly #parts: Parts;
  readonly #places = new Map<number, Place>();
  /** Whose connections have ended: what Mallory did there may still be on its way to be told. */
  readonly #lost = new Map<number, number>();
  /** Comings and leavings that go on. */
  readonly #moves = new Set<Promise<void>>();
  #isReady = false;

  constructor(attack: RoomAttack, parts: Parts) {
    this.#attack = attack;
    this.#parts = parts;
  }

  ready(): void {
    this.#isReady = true;
  }

  personAt(session: number): number | undefined {
    return this.#at(session)?.[1].person;
  }

  /** Whose connection it was that has ended; undefined if Mallory was not in it. */
  lost(session: number): number | undefined {
    const [flow, place] = this.#at(session) ?? [];
    if (flow === undefined || !place) return undefined;
    this.#places.delete(flow);
    this.#lost.set(flow, place.person);
    this.#count(place.person);
    return place.person;
  }

  happened(event: Extract<RoomPathEvent, { readonly place: number }>, now: number): void {
    const { place } = event;
    const person = this.#places.get(place)?.person ?? this.#lost.get(place);
    if (person === undefined) return;
    if (event.kind === 'passed') return this.#attack.passed(person, now);
    this.#attack.acted(person, event, now);
    // She acts in one connection of each.
    for (const [other, { person: whose }] of this.#places)
      if (whose === person && other !== place) this.#leave(other);
  }

  /** Comes into connections that have come to stand, and leaves those of people with whom it is over. */
  look(changed: () => void): void {
    const open = new Set(this.#attack.open);
    for (const [flow, { person }] of this.#places) if (!open.has(person)) this.#leave(flow);
    if (!this.#isReady) return;
    const { wire } = this.#attack.asked;
    for (const person of open) {
      if (!this.#attack.isAwaited(person)) continue;
      const flows = this.#parts.sight.flowsOf(person, wire).slice(0, CLASS_CAPS.attackedConnections);
      for (const flow of flows) {
        const place = this.#places.has(flow) ? undefined : this.#placeAt(flow, person);
        if (place) this.#moving(this.#comeInto(flow, place).then(changed));
      }
    }
  }

  /** Resolves when Mallory is in none of them any more, and is gone. */
  async close(): Promise<void> {
    for (const flow of this.#places.keys()) this.#leave(flow);
    await Promise.all(this.#moves);
    await this.#parts.path.close();
  }

  async #comeInto(flow: number, place: Place & Pick<Standing, 'step'>): Promise<void> {
    const { path } = this.#parts;
    const isWanted = (): boolean => this.#places.get(flow) === place;
    try {
      const { detour, ...stepped } = await place.step();
      path.join(flow, this.#attack.asked.attack, { detour, ...stepped });
      // Also for somebody who has withdrawn meanwhile: the connection waits until she has come.
      if (!isWanted()) path.leave(flow);
      await detour.taken;
      place.detour = detour;
      if (!isWanted()) await detour.back();
    } catch {
      // The connection is over, or somebody else stands in it: the next look tries those that stand then.
      if (isWanted()) this.#places.delete(flow);
    }
    this.#count(place.person);
  }

  /** A place in a connection that stands and whose person is in the room: what came before is no message. */
  #placeAt(flow: number, person: number): (Place & Pick<Standing, 'step'>) | undefined {
    try {
      const { wire, from, step } = this.#parts.ground.find(flow);
      const session = this.#parts.ground.sessionOf(wire, from);
      if (session === undefined) return undefined;
      const place = { person, session, step, detour: undefined };
      this.#places.set(flow, place);
      return place;
    } catch (error) {
      if (error instanceof StepError) return undefined;
      throw error;
    }
  }

  #leave(flow: number): void {
    const place = this.#places.get(flow);
    this.#places.delete(flow);
    this.#parts.path.leave(flow);
    if (place?.detour) this.#moving(place.detour.back());
  }

  #moving(move: Promise<void>): void {
    const moved = move.catch(() => undefined);
    this.#moves.add(moved);
    void moved.then(() => this.#moves.delete(moved));
  }

  #count(person: number): void {
    const own = [...this.#places.values()].filter((place) => place.person === person && place.detour);
    this.#attack.stands(person, own.length);
  }

  #at(session: number): readonly [number, Place] | undefined {
    return [...this.#places].find(([, place]) => place.session === session);
  }
}
