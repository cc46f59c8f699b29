/** TLS 1.3 in which the keys change on the way: openssl asks for it, and we have to follow. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureCertificates } from '#certs/ensure';
import { Dissection } from '#dissect/index';
import { showUtf8 } from '#protocol/bytes';
import { describeWith } from '../support/programs/needs.ts';
import { type Credentials, tappedServer } from '../support/flows/tls-conversation.ts';

describeWith(['openssl'], 'keys that change on the way', ({ openssl }) => {
  let folder: string;
  let credentials: Credentials;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-update-'));
    credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
    'are followed with %s',
    async (suite) => {
      const server = await tappedServer(credentials, { version: 'TLSv1.3', suite }, (socket) => {
        socket.on('data', (line: Buffer) => socket.write(`heard ${line.toString()}`));
        socket.on('end', () => socket.end());
      });
      const client = spawn(openssl, ['s_client', '-connect', `127.0.0.1:${server.port}`, '-brief']);
      const exited = once(client, 'exit');
      const heard = until(client.stdout, 'heard one');
      client.stdin.write('one\n');
      await heard;
      // A line that begins with K: new keys, and the other side is asked for new ones as well.
      for (const line of ['two', 'three']) {
        const updated = until(client.stderr, 'KEYUPDATE');
        client.stdin.write('K\n');
        await updated;
        const answered = until(client.stdout, `heard ${line}`);
        client.stdin.write(`${line}\n`);
        await answered;
      }
      client.stdin.write('Q\n');
      await Promise.all([exited, server.ended]);
      await server.close();

      const dissection = new Dissection();
      dissection.addAll(server.recorder.events());
      const records = dissection.allRecords().filter(({ state }) => state !== 'clear');
      expect(records.filter(({ state }) => state !== 'opened')).toEqual([]);
      expect(records.filter(({ title }) => title === 'key_update').map(({ dir }) => dir)).toEqual([
        'c2s',
        's2c',
        'c2s',
        's2c',
      ]);
      // What was said is not framed, so the only thing known of it is that it is application data.
      const data = records.filter(({ inner }) => inner[0]?.proto === 'frame');
      expect(data.map(({ dir, plain }) => `${dir} ${showUtf8(plain ?? new Uint8Array())}`)).toEqual([
        'c2s one\n',
        's2c heard one\n',
        'c2s two\n',
        's2c heard two\n',
        'c2s three\n',
        's2c heard three\n',
      ]);
    },
  );
});

/** Resolves when the stream has said `text`. */
function until(stream: Readable, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    const listen = (data: Buffer): void => {
      said += data.toString();
      if (!said.includes(text)) return;
      stream.off('data', listen);
      resolve();
    };
    stream.on('data', listen);
  });
}
