/** Programs that share one kept login, as two terminals of one person do: each shows the token and gets a newer one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import { LoginStore } from '#client/logins/logins';
import { Program } from '../support/programs/program.ts';
import { type TestServer, startTestServer } from '../support/servers/server.ts';

const ROUNDS = 20;

let server: TestServer;
let folder: string;
let logins: string;

beforeAll(async () => {
  server = await startTestServer({
    policy: { mode: 'required', registration: true, passwordWires: ['tls'] },
  });
  folder = await mkdtemp(join(tmpdir(), 'wireglass-shared-'));
  logins = join(folder, 'logins.json');
  await writeFile(join(folder, 'ca.pem'), server.ca);
  const { port } = server.address('tls');
  const target = { ...server.target('tls'), host: 'localhost', port };
  const client = new ChatClient({ ...target, onLogin: 'wait', logins: new LoginStore(logins) });
  await client.connect();
  await client.account.register('ana', 'correct horse battery staple');
  await client.close();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Says one line with the login that is kept, and no password to fall back on. */
function chat(text: string): Program {
  const place = ['--wire', 'tls', '--port', String(server.address('tls').port)];
  const program = new Program(['chat', ...place, '--ca', join(folder, 'ca.pem'), '--logins', logins]);
  program.child.stdin.end(`${text}\n`);
  return program;
}

it(`is still good after two at once, ${ROUNDS} times`, { timeout: 180_000 }, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const both = await Promise.all(['one', 'two'].map((text) => chat(`${text} ${round}`).finished));
    expect(
      both.map(({ code, stderr }) => [code, stderr.split('\n').filter((line) => line.startsWith('!'))]),
    ).toEqual([
      [0, []],
      [0, []],
    ]);
  }
  // Counted, for the audit log has one line for many of them.
  const { events } = server.server.hub.tally;
  expect([events.of('session.resumed'), events.of('session.token_reused')]).toEqual([2 * ROUNDS, 0]);
});

it('is good for six at once', { timeout: 60_000 }, async () => {
  const all = await Promise.all(Array.from({ length: 6 }, (_, at) => chat(`of six ${at}`).finished));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
});
