/** Mallory for a class: in a process of her own, which ends with what she was asked for. */
import type { RoomAttackId } from '#dissect/page-room-attack';
import type { RoomPathEvent } from '#dissect/room-path';
import type { Direction } from '#dissect/model';
import { concat } from '#protocol/bytes';
import { type WireName, wireByName } from '#protocol/wires';
import type { SteppedIn } from '#tap/step-in';
import type { Address } from '#tap/tap';
import { UnitSplitter } from '../mallory/units.ts';
import type { FromRoom, ToRoom } from './messages.ts';
import { type Performer, dismiss, startPerformer } from './process.ts';

type Tell = (event: RoomPathEvent) => void;

export class Rooms {
  readonly #program: string;
  readonly #temporary: string;
  readonly #paths = new Set<RoomPath>();

  constructor(program: string, temporary: string) {
    this.#program = program;
    this.#temporary = temporary;
  }

  /** `address`: where clients of the wire connect on this machine. */
  open(place: { readonly wire: WireName; readonly address: Address }, tell: Tell): RoomPath {
    const path: RoomPath = new RoomPath(place, tell, {
      start: () => startPerformer(this.#program, this.#temporary),
      left: () => this.#paths.delete(path),
    });
    this.#paths.add(path);
    return path;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#paths].map((path) => path.close()));
  }
}

interface House {
  readonly start: () => Promise<Performer>;
  readonly left: () => void;
}

export class RoomPath {
  readonly #wire: WireName;
  readonly #tell: Tell;
  readonly #house: House;
  readonly #performer: Promise<Performer>;
  #isClosed = false;

  constructor(
    { wire, address }: { readonly wire: WireName; readonly address: Address },
    tell: Tell,
    house: House,
  ) {
    this.#wire = wire;
    this.#tell = tell;
    this.#house = house;
    this.#performer = house.start();
    this.#begin(address).catch((error: Error) => this.#fails(error.message));
  }

  /** Once she is ready. `place`: what this connection is called from now on. */
  join(place: number, attack: RoomAttackId, { before, detour: { entrance } }: SteppedIn): void {
    const [layer] = wireByName(this.#wire).layers;
    const begun = (dir: Direction): Uint8Array => {
      const splitter = new UnitSplitter(layer);
      splitter.push(
        concat(before.flatMap((event) => (event.kind === 'chunk' && event.dir === dir ? [event.bytes] : []))),
      );
      return splitter.rest();
    };
    void this.#send({
      type: 'join-room',
      place,
      attack,
      entrance,
      begun: { server: begun('c2s'), client: begun('s2c') },
    });
  }

  /** Nothing more is done there. */
  leave(place: number): void {
    void this.#send({ type: 'leave-room', place });
  }

  /** Resolves when nothing of her is left. Connections that she still stands in are lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#house.left();
    const performer = await this.#performer.catch(() => undefined);
    if (performer) await dismiss(performer);
  }

  async #begin(address: Address): Promise<void> {
    const { child, gone } = await this.#performer;
    child.on('message', ({ event }: FromRoom) => this.#isClosed || this.#tell(event));
    void gone.then(() => this.#fails('the process of the attack has ended'));
    await this.#send({ type: 'open-room', wire: this.#wire, address });
  }

  async #send(message: ToRoom): Promise<void> {
    const performer = await this.#performer.catch(() => undefined);
    if (performer?.child.connected) performer.child.send(message);
  }

  #fails(message: string): void {
    if (!this.#isClosed) this.#tell({ kind: 'failed', message });
  }
}
