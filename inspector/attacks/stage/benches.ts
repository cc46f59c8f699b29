/** Benches of pages: each has a process of its own, which is ended with the page, or when nothing has been done for long. */
import { BENCH_CAPS, type BenchEnd, type BenchMessage, type BenchRequest } from '#dissect/page-bench';
import type { WireName } from '#protocol/messages';
import { StepError, type SteppedIn } from '#tap/step-in';
import type { Address } from '#tap/tap';
import type { FromBench, ToBench } from './messages.ts';
import { type Performer, dismiss, startPerformer } from './process.ts';

export interface Seat {
  request(request: BenchRequest): void;
  /** Begins anew, in front of a wire of the workbench; with `step`, in the middle of a connection that stands on it. */
  own(wanted: OwnPlace, step?: () => Promise<SteppedIn>): void;
  /** Resolves when nothing of it is left. */
  leave(): Promise<void>;
}

export interface OwnPlace {
  /** What the page calls it. */
  readonly target: string;
  readonly wire: WireName;
  readonly address: Address;
}

type Tell = (message: BenchMessage) => void;

export class Benches {
  readonly #program: string;
  readonly #temporary: string;
  readonly #seats = new Set<BenchSeat>();
  #isClosed = false;

  constructor(program: string, temporary: string) {
    this.#program = program;
    this.#temporary = temporary;
  }

  seat(tell: Tell): Seat {
    const seat: BenchSeat = new BenchSeat(tell, {
      start: () => startPerformer(this.#program, this.#temporary),
      mayOpen: () =>
        !this.#isClosed && [...this.#seats].filter(({ isOpen }) => isOpen).length < BENCH_CAPS.open,
      left: () => this.#seats.delete(seat),
    });
    this.#seats.add(seat);
    return seat;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#seats].map((seat) => seat.leave()));
  }
}

interface House {
  readonly start: () => Promise<Performer>;
  readonly mayOpen: () => boolean;
  readonly left: () => void;
}

class BenchSeat implements Seat {
  readonly #tell: Tell;
  readonly #house: House;
  #performer: Promise<Performer> | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** How to come into a connection, once the bench stands. */
  #step: (() => Promise<SteppedIn>) | undefined;
  #steppedIn: SteppedIn | undefined;

  constructor(tell: Tell, house: House) {
    this.#tell = tell;
    this.#house = house;
  }

  get isOpen(): boolean {
    return this.#performer !== undefined;
  }

  request(request: BenchRequest): void {
    this.#wait();
    if (request.type === 'open') void this.#open({ type: 'bench', target: request.target });
    else void this.#send({ type: 'order', order: request });
  }

  own(wanted: OwnPlace, step?: () => Promise<SteppedIn>): void {
    void this.#open({ type: 'own-bench', ...wanted }, step);
  }

  async leave(): Promise<void> {
    await this.#clear();
    this.#house.left();
  }

  async #open(wanted: ToBench, step?: () => Promise<SteppedIn>): Promise<void> {
    const before = this.#clear();
    this.#step = step;
    if (!this.#house.mayOpen())
      return this.#tell({
        type: 'over',
        code: 'too_many_benches',
        message: 'too many benches are open on this server; close one of them',
      });
    // Taken at once, so that nobody else takes it meanwhile.
    const performer = before.then(() => this.#house.start());
    this.#performer = performer;
    this.#wait();
    try {
      const { child, gone } = await performer;
      child.on('message', ({ message }: FromBench) => this.#performer === performer && this.#heard(message));
      void gone.then(() => {
        if (this.#performer === performer) this.#over('bench_failed', 'the process of the bench has ended');
      });
      if (this.#performer === performer) void this.#send(wanted);
    } catch (error) {
      if (this.#performer === performer) this.#over('bench_failed', (error as Error).message);
    }
  }

  async #send(message: ToBench): Promise<void> {
    const performer = await this.#performer?.catch(() => undefined);
    if (performer?.child.connected) performer.child.send(message);
  }

  #heard(message: BenchMessage): void {
    if (message.type === 'over') this.#over(message.code, message.message);
    else this.#tell(message);
    if (message.type === 'open' && this.#step) void this.#comeIn(this.#step);
  }

  async #comeIn(step: () => Promise<SteppedIn>): Promise<void> {
    const performer = this.#performer;
    try {
      const steppedIn = await step();
      if (this.#performer !== performer) return void steppedIn.detour.back();
      this.#steppedIn = steppedIn;
      const { flow, before, detour } = steppedIn;
      void this.#send({ type: 'join', flow, entrance: detour.entrance, before });
      await detour.taken;
    } catch (error) {
      const code = error instanceof StepError ? error.code : 'bench_failed';
      if (this.#performer === performer) this.#over(code, (error as Error).message);
    }
  }

  #over(code: BenchEnd, message: string): void {
    void this.#clear();
    this.#tell({ type: 'over', code, message });
  }

  #wait(): void {
    clearTimeout(this.#idle);
    if (!this.#performer) return;
    const minutes = BENCH_CAPS.idle / 60_000;
    this.#idle = setTimeout(
      () => this.#over('bench_idle', `nothing was done here for ${minutes} minutes`),
      BENCH_CAPS.idle,
    );
    this.#idle.unref();
  }

  async #clear(): Promise<void> {
    clearTimeout(this.#idle);
    const started = this.#performer;
    const steppedIn = this.#steppedIn;
    this.#performer = undefined;
    this.#steppedIn = undefined;
    this.#step = undefined;
    const performer = await started?.catch(() => undefined);
    if (steppedIn) {
      // What is held goes on before the process ends.
      if (performer?.child.connected) performer.child.send({ type: 'let-go' } satisfies ToBench);
      await steppedIn.detour.back();
    }
    if (performer) await dismiss(performer);
  }
}
