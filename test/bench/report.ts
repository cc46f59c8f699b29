/** The bench's page: tables of medians and ratios, and how they were come by. */
import { cpus } from 'node:os';
import { type Kind, MESSAGE_BYTES, SENDERS } from './contract.ts';
import type { LoadResult } from './contract.ts';

export interface Figures {
  /** `kind clients` to deliveries a second, one for each round. */
  readonly throughput: Map<string, number[]>;
  readonly latency: Map<string, LoadResult[]>;
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
  const cores = cpus();
  return `# Performance

Written by \`npm run bench\`: Node ${process.version}, ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), rounds: ${rounds},
seconds a measurement: ${seconds}, medians of the rounds. Absolute figures belong to that machine; the ratios are what to compare.

${table(figures, 100)}
${table(figures, 1_000)}
## How it is measured

Server and load run in two processes, a fresh pair for each figure, everything compared in one call and in turn. The
chat does all it does for its users: it parses and validates, stores every message in SQLite and syncs it to the disk
before it acknowledges and delivers it. ${SENDERS} clients talk, all others listen.

- **Deliveries a second** at saturation: the load keeps 500, then 4,000 messages under way (sent and not yet with
  everyone), and the better of the two counts, for every server alike.
- A message is ${MESSAGE_BYTES} bytes of text. The bare servers deliver exactly those bytes; the chat delivers a frame around them
  (room, author, number, time), a little over twice as many.
- **frame-sized** is bare node:tls with a buffer as long as the chat's frame: the same bytes on the wire. (Node's TLS
  socket gathers what waits into one record by itself, which makes the bare one fast; node:net does not.)
- **bare node:net** and **bare node:tls** write one prebuilt buffer once for each recipient; **minimal ws** does the same
  with \`send\`. They parse, store and acknowledge nothing.
- Listeners go through the whole handshake; at saturation most of them then only count, from the lengths that records
  show in the clear, because a thousand decrypting clients in one process would measure themselves. Two listeners and
  all the talkers decrypt everything and check that no message is missing, doubled or out of its sender's order. On
  tls+psk the 28 bytes that the inner record adds to a write count as if they were text.
- The sealed wires stay below plain: psk and TLS make a copy of each batch for every recipient, under its own key, where
  plain hands the same bytes to all. Longer gathering (5 and 15 ms), smaller records (16 and 32 KiB) and more messages
  under way did not close the gap.
- **Latency** at a moderate rate (100 messages a second to 100 clients, 20 to 1,000): from the sending call to the
  arrival of the decrypted text at each recipient, commit included. Every client decrypts everything.
`;
}

function table({ throughput, latency }: Figures, clients: number): string {
  const rate = (kind: Kind): number => median(throughput.get(`${kind} ${clients}`) ?? []);
  const lines = ROWS.map(({ kind, name }) => {
    const steady = latency.get(`${kind} ${clients}`) ?? [];
    const cells = [
      name,
      Math.round(rate(kind)).toLocaleString('en'),
      ratio(rate(kind), rate('bare-net')),
      ratio(rate(kind), rate('bare-tls')),
      ratio(rate(kind), rate('bare-tls-frame')),
      ratio(rate(kind), rate('bare-ws')),
      ratio(rate(kind), rate('plain')),
      milliseconds(steady, ({ p50 }) => p50),
      milliseconds(steady, ({ p99 }) => p99),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `## ${clients.toLocaleString('en')} clients

| server | deliveries/s | × bare node:net | × bare node:tls | × the same, frame-sized | × minimal ws | × plain | p50 ms | p99 ms |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`;
}

function ratio(value: number, base: number): string {
  return base > 0 ? (value / base).toFixed(2) : '–';
}

function milliseconds(
  results: readonly LoadResult[],
  pick: (result: LoadResult) => number | undefined,
): string {
  return median(results.flatMap((result) => pick(result) ?? [])).toFixed(1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
