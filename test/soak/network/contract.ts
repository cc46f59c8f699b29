/** What the soak asks of a program on another host of the network, and what that answers: a line of JSON each. */
import type { WireName } from '#protocol/wires';
import type { Door, Knock } from '../../support/servers/doors.ts';

export interface Where {
  readonly origin: string;
  readonly wires: readonly { readonly wire: WireName; readonly host: string; readonly port: number }[];
}

export type Order =
  | { readonly do: 'join'; readonly where: Where; readonly code: string; readonly name: string }
  | { readonly do: 'enter'; readonly wire: WireName; readonly room: string; readonly way: Way }
  | { readonly do: 'talk'; readonly room: string; readonly say: string; readonly expect: readonly string[] }
  | { readonly do: 'secrets' }
  | { readonly do: 'knock'; readonly origin: string; readonly doors: readonly Door[] }
  | { readonly do: 'barge'; readonly where: Where; readonly ca: string };

/** Through the page's relay, or straight to the wire's port, as a terminal does. */
export type Way = 'relay' | 'direct';

export interface JoinedAs {
  readonly name: string;
  readonly token: string;
  readonly key: { readonly id: string; readonly hex: string };
  readonly ca: string;
}

/** When each text was said or heard: milliseconds since 1970, the same clock for all hosts. */
export interface Talked {
  readonly said: number;
  readonly heard: readonly number[];
}

export interface Secrets {
  /** Lines of the key log that the page was given. */
  readonly lines: readonly string[];
}

export interface Knocked {
  readonly knocks: readonly Knock[];
}

export const CAME_IN = 'in, as a guest';

/** Somebody who has not joined tries the wires: `CAME_IN` where they got into the lobby, or what kept them out. */
export type Barged = Readonly<Partial<Record<WireName, string>>>;
