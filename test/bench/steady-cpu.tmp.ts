import { startProcess, startServerOf } from './processes.ts';
import type { LoadOrder, LoadResult, Kind } from './contract.ts';
const [kinds = 'plain,bare-net', clients = '100', rate = '100', seconds = '5'] = process.argv.slice(2);
for (let r = 0; r < 2; r++)
  for (const kind of kinds.split(',') as Kind[]) {
    const server = await startServerOf(kind);
    const loader = startProcess('load.ts');
    const { port, ca, psk } = server;
    await loader.ask({
      kind,
      port,
      ca,
      psk,
      clients: +clients,
      seconds: +seconds,
      load: { kind: 'steady', rate: +rate },
    } satisfies LoadOrder);
    const before = await server.usage();
    const result = await loader.ask<LoadResult>({});
    const { cpu, commit } = await server.usage();
    console.log(
      kind,
      (((cpu - before.cpu) / result.deliveries) * 1e6).toFixed(1),
      'µs/delivery',
      'p50',
      result.p50?.toFixed(2),
      'p99',
      result.p99?.toFixed(2),
      'commit',
      commit?.toFixed(2),
    );
    await Promise.all([loader.end(), server.end()]);
  }
