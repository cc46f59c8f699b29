/** The bench's page: tables of medians and ratios, and how they were obtained. */
import { type Kind, MESSAGE_BYTES, SENDERS } from './contract.ts';
import type { LoadResult } from './contract.ts';
import { machine, median, ratio, whole } from './figures.ts';

export interface Figures {
  /** `kind clients` to deliveries per second, one figure per round. */
  readonly throughput: Map<string, number[]>;
  readonly latency: Map<string, LoadResult[]>;
  /** Frames per second that one core seals, one figure per round. */
  readonly sealing: number[];
}

interface Row {
  readonly kind: Kind;
  readonly name: string;
}

const ROWS: readonly Row[] = [
  { kind: 'plain', name: 'plain' },
  { kind: 'psk', name: 'psk' },
  { kind: 'tls', name: 'tls' },
  { kind: 'tls+psk', name: 'tls+psk' },
  { kind: 'bare-net', name: 'bare node:net' },
  { kind: 'bare-tls', name: 'bare node:tls' },
  { kind: 'bare-tls-frame', name: 'bare node:tls, frame-sized' },
  { kind: 'bare-ws', name: 'minimal ws' },
];

export function report(figures: Figures, { rounds, seconds }: { rounds: number; seconds: number }): string {
  return `# Performance

Written by \`npm run bench:delivery\`: ${machine()}, rounds: ${rounds},
seconds per measurement: ${seconds}, medians of the rounds. Absolute figures belong to that machine; the ratios are what to compare.

${table(figures, 100)}
${table(figures, 1_000)}
## What sealing costs

${ceilings(figures)}
## How it is measured

Server and load run in two processes, a fresh pair for each figure. Figures that are compared come from one run, measured
in turn. The chat does everything that it does for its users: it parses and validates, stores every message in SQLite and
syncs it to the disk before it acknowledges and delivers it. ${SENDERS} clients talk, all others listen.

- **Deliveries per second** at saturation: the load keeps 500, then 4,000 messages under way (sent, but not yet
  received by everyone). For every server, the better of the two figures counts.
- A message is ${MESSAGE_BYTES} bytes of text. The bare servers deliver exactly those bytes; the chat delivers a frame around them
  (room, author, number, time), a little over twice as many.
- **frame-sized** is bare node:tls with a buffer as long as the chat's frame: the same bytes on the wire. (Node's TLS
  socket joins waiting writes into one record by itself, which makes the bare server fast; node:net does not.)
- **bare node:net** and **bare node:tls** write one prebuilt buffer once for each recipient; **minimal ws** does the same
  with \`send\`. They parse, store and acknowledge nothing.
- Everyone goes through the whole handshake. At saturation one listener decrypts everything and checks that no message
  is missing, duplicated or out of its sender's order. The other listeners only count, by the lengths that records show in
  the clear, into one buffer that they share, and the talkers only talk. So the limit is the server and not the load,
  whose core is mostly idle. On tls+psk the 28 bytes that the inner record adds to a write count as if they were text.
- **Latency** at a moderate rate (100 messages per second to 100 clients, 20 to 1,000): from the sending call to the
  arrival of the decrypted text at each recipient, including the commit, after five seconds of the same traffic. Every
  client decrypts everything. **commit** is the part of it that the message waits for the disk. **CPU** is the processor
  time of the whole server, its threads for SQLite and the garbage collector included, divided by the deliveries, and
  **main thread** the time in which its main thread was busy: here each message comes alone, with a commit of its own. What
  the other threads take is the commit (a write to SQLite's log and a sync), and with few recipients it weighs most.
`;
}

function table({ throughput, latency }: Figures, clients: number): string {
  const rate = (kind: Kind): number => median(throughput.get(`${kind} ${clients}`) ?? []);
  const cost = (kind: Kind, part: 'cpu' | 'active'): number =>
    median((latency.get(`${kind} ${clients}`) ?? []).map((result) => result[part]));
  const lines = ROWS.map(({ kind, name }) => {
    const steady = latency.get(`${kind} ${clients}`) ?? [];
    const cells = [
      name,
      whole(rate(kind)),
      ratio(rate(kind), rate('bare-net')),
      ratio(rate(kind), rate('bare-tls')),
      ratio(rate(kind), rate('bare-tls-frame')),
      ratio(rate(kind), rate('bare-ws')),
      ratio(rate(kind), rate('plain')),
      milliseconds(steady, ({ p50 }) => p50),
      milliseconds(steady, ({ p99 }) => p99),
      milliseconds(steady, ({ commit }) => commit),
      ...(['cpu', 'active'] as const).flatMap((part) => [
        (cost(kind, part) * 1e6).toFixed(1),
        ratio(cost(kind, part), cost('bare-net', part)),
      ]),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `## ${clients.toLocaleString('en')} clients

| server | deliveries/s | × bare node:net | × bare node:tls | × the same, frame-sized | × minimal ws | × plain | p50 ms | p99 ms | commit ms | CPU µs for a delivery | × bare node:net | main thread µs | × bare node:net |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`;
}

/** A wire that seals for each recipient does what plain does and, on the same thread, the sealing. */
function ceilings({ throughput, sealing }: Figures): string {
  const seal = median(sealing);
  const lines = [100, 1_000].map((clients) => {
    const plain = median(throughput.get(`plain ${clients}`) ?? []);
    const both = 1 / (1 / plain + 1 / seal);
    return `| ${clients.toLocaleString('en')} | ${whole(plain)} | ${whole(both)} | ${ratio(both, plain)} |`;
  });
  return `plain hands one block of bytes to every recipient; psk and TLS make a copy of it for each, under its own key. One core
that does nothing but seal full psk records with node:crypto (AES-256-GCM) seals ${whole(seal)} frames per second, measured in
this same run. A server that delivers as plain does and also seals, one after the other, cannot exceed these figures:

| clients | plain | plain and sealing | × plain |
| ---: | ---: | ---: | ---: |
${lines.join('\n')}

A good part of the cost is not the cipher: for each record node:crypto allocates and clears its output, twice, and the
garbage collector must reclaim it. Gathering longer (5 and 15 ms) and records of 16 and 32 KiB were no better.
`;
}

function milliseconds(
  results: readonly LoadResult[],
  pick: (result: LoadResult) => number | undefined,
): string {
  const values = results.flatMap((result) => pick(result) ?? []);
  return values.length === 0 ? '–' : median(values).toFixed(1);
}
