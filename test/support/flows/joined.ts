/** Recordings made at several times, as one: a program that reads it is started once. */
import type { TapEvent } from '#dissect/model';

/** The recordings behind each other, their flows numbered from 1 in the order in which they appear. */
export function joined(recordings: readonly (readonly TapEvent[])[]): TapEvent[] {
  let flows = 0;
  return recordings.flatMap((events) => {
    const numbers = new Map<number, number>();
    return events.map((event) => {
      if (!('flow' in event)) return event;
      const number = numbers.get(event.flow) ?? ++flows;
      numbers.set(event.flow, number);
      return { ...event, flow: number };
    });
  });
}
