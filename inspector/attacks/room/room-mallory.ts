/** Mallory in the connections of a class: she comes into each where it stands, and acts on what is said over it next. */
import type { RoomAttackId } from '#dissect/page-room-attack';
import type { RoomPathEvent } from '#dissect/room-path';
import type { WireName } from '#protocol/wires';
import type { Entrance } from '#tap/detour';
import type { Address } from '#tap/tap';
import { Mallory, type Towards, type Unit } from '../mallory/mallory.ts';
import { type Target, outermost } from '../targets.ts';
import { type Actor, actorOf, isSaid } from './acts.ts';

/** One connection in her hands. */
interface Hand {
  readonly place: number;
  readonly act: Actor;
  state: 'waits' | 'over' | 'left';
  kept: Uint8Array | undefined;
}

export interface Joining {
  readonly place: number;
  readonly attack: RoomAttackId;
  readonly entrance: Entrance;
  /** The beginnings of units that have crossed it already. */
  readonly begun: Readonly<Record<Towards, Uint8Array>>;
}

export class RoomMallory {
  readonly #target: Target;
  readonly #tell: (event: RoomPathEvent) => void;
  readonly #hands = new Map<number, Hand>();
  #mallory: Mallory | undefined;

  /** `address`: of the wire, on this machine; else it rejects. */
  static async open(
    wire: WireName,
    address: Address,
    tell: (event: RoomPathEvent) => void,
  ): Promise<RoomMallory> {
    const target = { id: wire, wire };
    const room = new RoomMallory(target, tell);
    const watcher = {
      opened: () => undefined,
      midway: () => undefined,
      ending: (connection: number, towards: Towards) => {
        if (towards === 'server') room.#release(connection);
        return true;
      },
      closed: (connection: number) => void room.#hands.delete(connection),
    };
    room.#mallory = await Mallory.between(address, outermost(target), { watcher });
    room.#mallory.rule = (unit) => room.#rule(unit);
    tell({ kind: 'ready' });
    return room;
  }

  private constructor(target: Target, tell: (event: RoomPathEvent) => void) {
    this.#target = target;
    this.#tell = tell;
  }

  join({ place, attack, entrance, begun }: Joining): void {
    this.#path.join(entrance, begun);
    const act = actorOf(attack, this.#target);
    this.#hands.set(this.#path.newest, { place, act, state: 'waits', kept: undefined });
  }

  /** Passes on what she has kept there, and all that comes. */
  leave(place: number): void {
    for (const [connection, hand] of this.#hands) if (hand.place === place) this.#release(connection);
  }

  close(): Promise<void> {
    return this.#path.close();
  }

  get #path(): Mallory {
    return this.#mallory as Mallory;
  }

  #release(connection: number): void {
    const hand = this.#hands.get(connection);
    if (!hand) return;
    hand.state = 'left';
    if (hand.kept) this.#path.send(connection, 'server', hand.kept);
    hand.kept = undefined;
  }

  #rule({ connection, towards, bytes }: Unit): readonly Uint8Array[] {
    const hand = towards === 'server' ? this.#hands.get(connection) : undefined;
    if (!hand || hand.state === 'left') return [bytes];
    const { place } = hand;
    if (hand.state === 'over') {
      this.#tell({ kind: 'passed', place });
      return [bytes];
    }
    if (!isSaid(bytes, this.#target)) return [bytes];
    const { sent, isOver, kept } = hand.act(bytes);
    hand.kept = kept;
    if (isOver) hand.state = 'over';
    this.#tell({ kind: 'acted', place, took: bytes, sent, isOver });
    return sent;
  }
}
