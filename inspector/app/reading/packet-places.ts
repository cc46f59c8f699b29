/** Which packet of a capture brought which bytes: a comment on a packet becomes a note on the record that it completes. */
import type { CaptureComment } from '#dissect/capture/report';
import type { TapEvent } from '#dissect/model';

export interface PacketComment {
  readonly flow: number;
  /** Of the packet, which is that of the records that it completes. */
  readonly time: number;
  readonly text: string;
}

export class PacketPlaces {
  readonly #packets: number[] = [];
  readonly #flows: number[] = [];
  readonly #times: number[] = [];

  /** Notes what came of a packet, in the order of the packets. */
  note(packet: number, event: TapEvent): void {
    if (event.kind !== 'chunk') return;
    this.#packets.push(packet);
    this.#flows.push(event.flow);
    this.#times.push(event.time);
  }

  /** Those of the comments that are on packets with bytes of a connection. */
  commentsOf(comments: readonly CaptureComment[]): PacketComment[] {
    const places = new Map<number, number>();
    const wanted = new Set(comments.flatMap(({ on, number }) => (on === 'packet' ? [number] : [])));
    for (const [place, packet] of this.#packets.entries())
      if (wanted.has(packet) && !places.has(packet)) places.set(packet, place);
    return comments.flatMap(({ on, number, text }) => {
      const place = on === 'packet' ? places.get(number) : undefined;
      if (place === undefined) return [];
      return [{ flow: this.#flows[place] as number, time: this.#times[place] as number, text }];
    });
  }
}
