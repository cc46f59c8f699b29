/** The page about joins: tables of medians and ratios, and how they were obtained. */
import { GREETING_BYTES, type Kind } from '../contract.ts';
import { machine, median, ratio, whole } from '../figures.ts';

export const SIZES = [100, 1_000, 3_000, 10_000] as const;
/** Clients that come back after the server was killed. */
export const RETURNING = 3_000;

/** Each of our wires, before the bare server that it is compared with. */
export const JOINING = ['plain', 'bare-net', 'tls', 'bare-tls'] as const satisfies readonly Kind[];

const NAMES: Readonly<Record<(typeof JOINING)[number], string>> = {
  plain: 'plain',
  'bare-net': 'bare node:net',
  tls: 'tls',
  'bare-tls': 'bare node:tls',
};
const BARE = { plain: 'bare-net', tls: 'bare-tls', 'bare-net': 'bare-net', 'bare-tls': 'bare-tls' } as const;

export interface JoinFigure {
  /** Joins per second. */
  readonly rate: number;
  /** Until everyone was in. */
  readonly seconds: number;
  /** Bytes of memory that the server then had in use. */
  readonly rss: number;
}

export interface JoinFigures {
  /** By `kind clients`: one figure for each round. */
  readonly joins: Map<string, readonly JoinFigure[]>;
  /** Seconds until everyone was back, one figure for each round. */
  readonly returns: number[];
}

interface Conditions {
  readonly rounds: number;
  readonly sizes: readonly number[];
}

export function joinsReport(figures: JoinFigures, { rounds, sizes }: Conditions): string {
  return `# How fast clients join

Written by \`npm run bench:joins\`: ${machine()}, rounds: ${rounds},
medians of the rounds. Absolute figures belong to that machine; the ratios are what to compare.

| server | clients | joins/s | × the bare server | seconds until all are in | MiB in use then |
| --- | ---: | ---: | ---: | ---: | ---: |
${sizes.flatMap((size) => JOINING.map((kind) => row(figures, kind, size))).join('\n')}

**After \`kill -9\`** of the server, ${whole(RETURNING)} clients on the plain wire were all back after ${median(figures.returns).toFixed(1)} s (rounds: ${figures.returns.map((each) => each.toFixed(1)).join(', ')}),
and each of them had read, once and in order, what was said just before the kill and what was said until then. This includes
the start of the new server.

## How it is measured

Server and load run in two processes, a fresh pair for each figure; first, 1,000 clients come and go, so that both have
compiled their code. All clients join one room, 64 of them at a time: connection, handshake of the wire, welcome, join,
answer. The others are told who came, and the load reads what they are told. A bare server accepts the connection and
answers the first bytes with ${GREETING_BYTES} bytes, about what ours sends to one that joins; it tells nobody, knows no names and stores
nothing.

Arrivals and departures are collected for 50 ms, or longer in a large room, and told in one message, so a join does not
cost more in a room that is full. Before that, when each was told in a message of its own, this machine took 197 joins/s on
plain and 57 on tls with 100 clients, and 55 and 28 with 1,000. The memory is that of the whole
process, which was started from the sources: the built program takes less. [Configuration](configuration.md) has the number
of connections that a server accepts.
`;
}

function row({ joins }: JoinFigures, kind: (typeof JOINING)[number], size: number): string {
  const of = (which: Kind) => joins.get(`${which} ${size}`) ?? [];
  const own = of(kind);
  const rate = median(own.map((each) => each.rate));
  const bare = median(of(BARE[kind]).map((each) => each.rate));
  const cells = [
    NAMES[kind],
    whole(size),
    whole(rate),
    ratio(rate, bare),
    median(own.map(({ seconds }) => seconds)).toFixed(2),
    whole(median(own.map(({ rss }) => rss)) / 2 ** 20),
  ];
  return `| ${cells.join(' | ')} |`;
}
