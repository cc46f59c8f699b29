/** Every value that a key schedule shows is computed again by openssl, from the command that is shown with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type TLSSocket, type TlsOptions, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { TapEvent } from '#dissect/model';
import { Recorder } from '#tap/recorder';
import { startTap } from '#tap/tap';
import { utf8 } from '#protocol/bytes';
import { describeWith } from '../support/programs/needs.ts';
import { expectRecomputed as recompute } from '../support/dissection/recompute.ts';
import { DEMO_KEY, pskConversation } from '../support/flows/psk-conversation.ts';
import { SUITES, type Suite } from '#channel/psk/suites';
import { NO_EXTENDED_MASTER_SECRET, SCHEDULE_CASES } from '../support/dissection/schedule-cases.ts';
import type { Credentials, TlsChoice } from '../support/flows/tls-conversation.ts';

describeWith(['openssl', 'python3'], 'a key schedule', ({ openssl, python3 }) => {
  let folder: string;
  let credentials: Credentials;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-schedule-'));
    credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
    await writeFile(join(folder, 'client.pem'), credentials.cert);
    await writeFile(join(folder, 'client.key'), credentials.key, { mode: 0o600 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const expectRecomputed = (derivations: readonly Derivation[]): void =>
    recompute({ openssl, python3 }, derivations);

  it('on the page is computed again', () => {
    const page = fileURLToPath(new URL('../../docs/reference/key-schedule.md', import.meta.url));
    const blocks = [...readFileSync(page, 'utf8').matchAll(/```json\n(.*?)```/gs)];
    expect(blocks).toHaveLength(3);
    expectRecomputed(blocks.map(([, json = '']) => JSON.parse(json) as Derivation));
  });

  it('of psk is computed again', () => {
    const derivations = schedule(pskConversation({ c2s: [utf8('one')], s2c: [utf8('two')] }));
    expect(derivations).toHaveLength(12);
    expectRecomputed(derivations);
  });

  it.each(SUITES)('of psk with $name is computed again, from the shared key on', (suite: Suite) => {
    const dissection = new Dissection();
    dissection.addAll(pskConversation({ c2s: [utf8('one')], s2c: [utf8('two')] }, suite));
    dissection.addKeys([{ kind: 'psk', id: DEMO_KEY.id, key: DEMO_KEY.key }]);
    const derivations = dissection.keySchedule(1);
    expect(derivations[0]?.id).toBe('psk.prk');
    expectRecomputed(derivations);
  });

  describe.each(SCHEDULE_CASES)('of $name', ({ choice, server, client, updates, shown }) => {
    let derivations: Derivation[];
    let binding: string;

    beforeAll(async () => {
      const talk = await converse(choice, server ?? {}, { client: client ?? [], updates: updates ?? 0 });
      derivations = schedule(talk.events);
      binding = talk.binding;
    });

    it('has all its values', () => {
      // The hash of nothing is that of the suite.
      const ids = derivations.map(({ id }) => id).filter((id) => !id.startsWith('tls.empty.'));
      expect(ids.sort()).toEqual([...shown].sort());
    });

    it('is computed again', () => expectRecomputed(derivations));

    it('meets both Finished of the handshake', () => {
      const checks = derivations.flatMap(({ id, check }) => (check ? [[id, check.fits]] : []));
      expect(Object.fromEntries(checks)).toEqual({
        'tls.c2s.verify_data': true,
        'tls.s2c.verify_data': true,
      });
    });

    if (choice.version === 'TLSv1.3') {
      it('gives the channel binding that the server has', () => {
        expect(derivations.find(({ id }) => id === 'tls.exporter.channel_binding')?.output).toBe(binding);
      });
    }
  });

  it.each([{}, { secureOptions: NO_EXTENDED_MASTER_SECRET }])(
    'begins with the premaster secret that the server’s RSA key opens (%j)',
    async (server) => {
      const choice = { version: 'TLSv1.2', suite: 'AES128-GCM-SHA256' } as const;
      const { events } = await converse(choice, server, { client: [], updates: 0 });
      const dissection = new Dissection();
      dissection.addAll(events.filter((event) => event.kind !== 'secret'));
      dissection.addKeys([{ kind: 'rsa', pem: credentials.key }]);
      const derivations = dissection.keySchedule(dissection.flows[0]?.id ?? 0);
      expectRecomputed(derivations);
      const master = derivations.find(({ id }) => id === 'tls.master');
      expect(master?.inputs[0]).toMatchObject({ name: 'premaster secret', from: 'key material' });
      const logged = events.find((event) => event.kind === 'secret');
      expect(logged?.line.split(' ')[2]).toBe(master?.output);
      expect(derivations.filter(({ check }) => check?.fits).map(({ id }) => id)).toEqual([
        'tls.c2s.verify_data',
        'tls.s2c.verify_data',
      ]);
    },
  );

  /** One line and its echo, then new keys as often as wanted, over `openssl s_client`. */
  async function converse(
    choice: TlsChoice,
    options: TlsOptions,
    { client, updates }: { readonly client: readonly string[]; readonly updates: number },
  ): Promise<{ events: TapEvent[]; binding: string }> {
    let binding = '';
    const onConnection = (socket: TLSSocket): void => {
      binding = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)).toString('hex');
      socket.on('data', (line: Buffer) => socket.write(`heard ${line.toString()}`));
      socket.on('end', () => socket.end());
    };
    const recorder = new Recorder();
    const limits = { minVersion: choice.version, maxVersion: choice.version, ciphers: choice.suite };
    const { key, cert } = credentials;
    const server = createServer({ key, cert, ...limits, ...options }, onConnection);
    server.on('keylog', (line) => recorder.secret(line.toString('latin1').trim()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = await startTap({
      wire: 'tls',
      listen: { host: '127.0.0.1', port: 0 },
      target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
      recorder,
    });
    const ended = bothEnds(recorder);
    const args = ['s_client', '-connect', `127.0.0.1:${tap.address.port}`, '-brief', ...client];
    const child = spawn(openssl, args, { cwd: folder });
    const exited = once(child, 'exit');
    await said(child.stdin, 'one', child.stdout);
    for (let n = 0; n < updates; n++) {
      const updated = until(child.stderr, 'KEYUPDATE');
      child.stdin.write('K\n');
      await updated;
      await said(child.stdin, `more ${n}`, child.stdout);
    }
    child.stdin.write('Q\n');
    await Promise.all([exited, ended]);
    await tap.close();
    server.close();
    await once(server, 'close');
    return { events: recorder.events(), binding };
  }
});

function schedule(events: readonly TapEvent[]): Derivation[] {
  const dissection = new Dissection();
  dissection.addAll(events);
  const [flow] = dissection.flows;
  return dissection.keySchedule(flow?.id ?? 0);
}

function bothEnds(recorder: Recorder): Promise<void> {
  return new Promise((resolve) => {
    let ends = 0;
    recorder.subscribe((change) => {
      if (change.kind === 'end' && ++ends === 2) resolve();
    });
  });
}

async function said(input: NodeJS.WritableStream, line: string, output: Readable): Promise<void> {
  const heard = until(output, `heard ${line}`);
  input.write(`${line}\n`);
  await heard;
}

/** Resolves when the stream has said `text`. */
function until(stream: Readable, text: string): Promise<void> {
  return new Promise((resolve) => {
    let heard = '';
    const listen = (data: Buffer): void => {
      heard += data.toString();
      if (!heard.includes(text)) return;
      stream.off('data', listen);
      resolve();
    };
    stream.on('data', listen);
  });
}
