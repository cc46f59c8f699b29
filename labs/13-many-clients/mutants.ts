import type { Mutant } from '#judge/mutant';

const SEND = 'for (const [socket, outbox] of outboxes) send(socket, outbox, frame);';
const ADD_DRAIN = "socket.on('drain', () => drain(socket, outbox));";
const DROP = `outboxes.delete(socket);
      socket.destroy();`;
const ENQUEUE = `outbox.queue.push(frame);
      outbox.bytes += frame.length;`;
const P99 = 'p99: percentile(times, 99)';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'encodes-for-each',
    fails: 'encoded-once',
    edits: [
      ['const frame = encode(message);', ''],
      [SEND, 'for (const [socket, outbox] of outboxes) send(socket, outbox, encode(message));'],
    ],
  },
  {
    name: 'copies-for-each',
    fails: 'encoded-once',
    edits: [[SEND, 'for (const [socket, outbox] of outboxes) send(socket, outbox, frame.slice());']],
  },
  {
    name: 'leaves-out-the-first',
    fails: 'everyone',
    edits: [[SEND, 'for (const [socket, outbox] of [...outboxes].slice(1)) send(socket, outbox, frame);']],
  },
  {
    name: 'false-ignored',
    fails: 'stops-when-full',
    edits: [
      [
        'if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);',
        'if (!outbox.isFull) {\n      socket.write(frame);',
      ],
    ],
  },
  {
    name: 'false-ignored-on-drain',
    fails: 'goes-on-after-drain',
    edits: [
      [
        'outbox.bytes -= frame.length;\n      outbox.isFull = !socket.write(frame);',
        'outbox.bytes -= frame.length;\n      socket.write(frame);',
      ],
    ],
  },
  {
    name: 'false-taken-for-not-sent',
    fails: 'goes-on-after-drain',
    edits: [
      [
        'if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);',
        'if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);\n      if (outbox.isFull) outbox.queue.push(frame);',
      ],
    ],
  },
  {
    name: 'all-wait-for-the-slowest',
    fails: 'others-go-on',
    edits: [
      ['publish(message: M): void {', 'async publish(message: M) {'],
      [
        SEND,
        `for (const [socket, outbox] of outboxes) {
        if (outbox.isFull) await new Promise((resolve) => socket.once('drain', resolve));
        send(socket, outbox, frame);
      }`,
      ],
    ],
  },
  {
    name: 'one-queue-for-all',
    fails: 'others-go-on',
    edits: [
      [
        SEND,
        'for (const [socket] of outboxes) send(socket, (shared ??= [...outboxes.values()][0] as Outbox), frame);',
      ],
      [
        'const outboxes = new Map<Socket, Outbox>();',
        'const outboxes = new Map<Socket, Outbox>();\n  let shared: Outbox | undefined;',
      ],
    ],
  },
  { name: 'drain-ignored', fails: 'goes-on-after-drain', edits: [[ADD_DRAIN, '']] },
  {
    name: 'one-frame-for-each-drain',
    fails: 'goes-on-after-drain',
    edits: [
      [
        'outbox.bytes -= frame.length;\n      outbox.isFull = !socket.write(frame);',
        'outbox.bytes -= frame.length;\n      return void socket.write(frame);',
      ],
    ],
  },
  {
    name: 'last-in-first-out',
    fails: 'goes-on-after-drain',
    edits: [['outbox.queue.shift()', 'outbox.queue.pop()']],
  },
  {
    name: 'newer-overtake',
    fails: 'newer-wait-behind',
    edits: [
      ['if (!outbox.isFull) {', 'if (!outbox.isFull || !socket.writableNeedDrain) {'],
      [
        ADD_DRAIN,
        "socket.on('drain', () => setImmediate(() => setImmediate(() => setImmediate(() => setImmediate(() => drain(socket, outbox))))));",
      ],
    ],
  },
  { name: 'no-cap', fails: 'dropped-alone', edits: [['outbox.bytes + frame.length > limit', 'false']] },
  {
    name: 'no-cap-for-real-sockets',
    fails: 'real-slow-reader',
    edits: [['outbox.bytes + frame.length > limit', 'false']],
  },
  {
    name: 'cap-counts-frames',
    fails: 'cap-in-bytes',
    edits: [['outbox.bytes + frame.length > limit', 'outbox.queue.length >= limit / 100']],
  },
  {
    name: 'cap-one-frame-late',
    fails: 'cap-in-bytes',
    edits: [['outbox.bytes + frame.length > limit', 'outbox.bytes > limit']],
  },
  {
    name: 'cap-one-byte-early',
    fails: 'cap-in-bytes',
    edits: [['outbox.bytes + frame.length > limit', 'outbox.bytes + frame.length >= limit']],
  },
  {
    name: 'cap-for-all-together',
    fails: 'cap-in-bytes',
    edits: [
      [
        'outbox.bytes + frame.length > limit',
        'sum([...outboxes.values()].map(({ bytes }) => bytes)) + frame.length > limit',
      ],
    ],
  },
  {
    name: 'bytes-that-left-still-count',
    fails: 'goes-on-after-drain',
    edits: [['outbox.bytes -= frame.length;', '']],
  },
  {
    name: 'frames-left-out',
    fails: 'dropped-alone',
    edits: [[DROP, 'return;']],
  },
  {
    name: 'oldest-left-out',
    fails: 'dropped-alone',
    edits: [
      [
        DROP,
        `outbox.bytes += frame.length - (outbox.queue.shift()?.length ?? 0);\n      outbox.queue.push(frame);`,
      ],
    ],
  },
  {
    name: 'dropped-but-served',
    fails: 'dropped-alone',
    edits: [
      [DROP, 'socket.destroy();'],
      ["socket.on('close', () => outboxes.delete(socket));", ''],
    ],
  },
  {
    name: 'all-dropped',
    fails: 'dropped-alone',
    edits: [[DROP, 'for (const each of outboxes.keys()) each.destroy();\n      outboxes.clear();']],
  },
  {
    name: 'forgotten-but-open',
    fails: 'dropped-alone',
    edits: [[DROP, 'outboxes.delete(socket);']],
  },
  {
    name: 'close-ignored',
    fails: 'gone-is-forgotten',
    edits: [["socket.on('close', () => outboxes.delete(socket));", '']],
  },
  {
    name: 'listener-each-time',
    fails: 'one-listener',
    edits: [
      [ADD_DRAIN, ''],
      [
        'if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);',
        "if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);\n      if (outbox.isFull) socket.on('drain', () => drain(socket, outbox));",
      ],
    ],
  },
  {
    name: 'listener-for-each-frame',
    fails: 'one-listener',
    edits: [[ENQUEUE, `${ENQUEUE}\n      socket.once('drain', () => drain(socket, outbox));`]],
  },
  {
    name: 'false-ignored-by-a-real-socket',
    fails: 'real-slow-reader',
    edits: [
      [
        'if (!outbox.isFull) {\n      outbox.isFull = !socket.write(frame);',
        'if (!outbox.isFull) {\n      socket.write(frame);',
      ],
    ],
  },
  {
    name: 'all-wait-for-a-real-slow-one',
    fails: 'real-slow-reader',
    edits: [
      ['publish(message: M): void {', 'async publish(message: M) {'],
      [
        SEND,
        `for (const [socket, outbox] of outboxes) {
        if (outbox.isFull) await new Promise((resolve) => socket.once('drain', resolve));
        send(socket, outbox, frame);
      }`,
      ],
    ],
  },
  {
    name: 'header-left-out',
    fails: 'real-late-reader',
    edits: [['const frame = encode(message);', 'const frame = encode(message).subarray(4);']],
  },
  {
    name: 'frames-cut',
    fails: 'real-late-reader',
    edits: [['const frame = encode(message);', 'const frame = encode(message).subarray(0, 1_000);']],
  },
  {
    name: 'late-reader-gets-the-newest-only',
    fails: 'real-late-reader',
    edits: [[ENQUEUE, 'outbox.queue = [frame];\n      outbox.bytes = frame.length;']],
  },
  {
    name: 'rank-one-too-high',
    fails: 'percentiles',
    edits: [
      [
        'Math.max(1, Math.ceil((percent * sorted.length) / 100))',
        'Math.min(sorted.length, Math.floor((percent * sorted.length) / 100) + 1)',
      ],
    ],
  },
  {
    name: 'rank-rounded',
    fails: 'percentiles',
    edits: [['Math.ceil((percent * sorted.length) / 100)', 'Math.round((percent * sorted.length) / 100)']],
  },
  { name: 'sorted-as-texts', fails: 'percentiles', edits: [['.sort((a, b) => a - b)', '.sort()']] },
  { name: 'not-sorted', fails: 'percentiles', edits: [['.sort((a, b) => a - b)', '']] },
  {
    name: 'mean-instead-of-p50',
    fails: 'measured',
    edits: [['p50: percentile(times, 50)', 'p50: sum(times) / times.length']],
  },
  { name: 'slowest-instead-of-p99', fails: 'measured', edits: [[P99, 'p99: Math.max(...times)']] },
  {
    name: 'warm-up-counts',
    fails: 'measured',
    edits: [
      ['for (let i = 0; i < warmUp; i++) await broadcast();', ''],
      ['i < rounds; i++', 'i < warmUp + rounds; i++'],
    ],
  },
  {
    name: 'no-warm-up',
    fails: 'measured',
    edits: [['for (let i = 0; i < warmUp; i++) await broadcast();', '']],
  },
  {
    name: 'does-not-wait',
    fails: 'measured',
    edits: [['    await broadcast();\n    times', '    void broadcast();\n    times']],
  },
  {
    name: 'all-at-once',
    fails: 'measured',
    edits: [
      [
        `for (let i = 0; i < rounds; i++) {
    const start = now();
    await broadcast();
    times.push(now() - start);
  }`,
        `await Promise.all(Array.from({ length: rounds }, async () => {
    const start = now();
    await broadcast();
    times.push(now() - start);
  }));`,
      ],
    ],
  },
  { name: 'per-broadcast', fails: 'measured', edits: [['(rounds * clients)', 'rounds']] },
  {
    name: 'milliseconds-called-microseconds',
    fails: 'measured',
    edits: [['sum(times) * 1_000', 'sum(times)']],
  },
  {
    name: 'axes-swapped',
    fails: 'points',
    edits: [['cx="${x(clients)}" cy="${y(ms)}"', 'cx="${y(ms)}" cy="${x(clients)}"']],
  },
  {
    name: 'upside-down',
    fails: 'points',
    edits: [
      [
        'height - MARGIN - DECADE * (Math.log10(ms) - (up[0] ?? 0))',
        'MARGIN + DECADE * (Math.log10(ms) - (up[0] ?? 0))',
      ],
    ],
  },
  {
    name: 'linear',
    fails: 'points',
    edits: [['MARGIN + DECADE * (Math.log10(clients) - (across[0] ?? 0))', 'MARGIN + clients / 10']],
  },
  {
    name: 'natural-logarithm',
    fails: 'points',
    edits: [['DECADE * (Math.log10(ms)', 'DECADE * (Math.log(ms)']],
  },
  { name: 'p99-forgotten', fails: 'points', edits: [["    { series: 'p99', clients, ms: p99 },\n", '']] },
  {
    name: 'series-swapped',
    fails: 'points',
    edits: [
      ["series: 'p50', clients, ms: p50", "series: 'p50', clients, ms: p99"],
      ["series: 'p99', clients, ms: p99", "series: 'p99', clients, ms: p50"],
    ],
  },
  {
    name: 'outside-of-the-picture',
    fails: 'points',
    edits: [['const MARGIN = 60;', 'const MARGIN = -160;']],
  },
  { name: 'no-unit', fails: 'axes', edits: [['>ms</text>', '>time</text>']] },
  { name: 'nobody-says-clients', fails: 'axes', edits: [['>clients</text>', '>n</text>']] },
  {
    name: 'numbers-one-decade-off',
    fails: 'axes',
    edits: [
      [
        '<text x="${at}" y="${bottom + 18}">${powerOfTen(exponent)}',
        '<text x="${at}" y="${bottom + 18}">${powerOfTen(exponent + 1)}',
      ],
    ],
  },
  {
    name: 'exponents-at-the-axis',
    fails: 'axes',
    edits: [['return String(Number(`1e${exponent}`));', 'return String(exponent);']],
  },
  {
    name: 'empty-picture',
    fails: 'nothing-to-show',
    edits: [["  if (shown.length === 0) return '';\n", '']],
  },
  { name: 'zeros-shown', fails: 'nothing-to-show', edits: [['clients > 0 && ms > 0', 'ms >= 0']] },
];
