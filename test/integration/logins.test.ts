/** A short run of the soak `logins`: messages do not wait in the same queue as logins. */
import { afterEach, expect, it } from 'vitest';
import { guest, hear } from '../soak/people.ts';
import { PASSWORD, accountsNamed } from '../soak/watched-server.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

const NAMES = Array.from({ length: 12 }, (_, at) => `member-${at}`);

let test: TestServer;
afterEach(() => test.close());

it('messages are heard long before the last of many logins is done', async () => {
  test = await startTestServer({
    policy: { mode: 'optional', registration: true, passwordWires: ['tls'] },
    passwords: {},
  });
  for (const account of await accountsNamed(NAMES))
    await test.store.answers.createAccount({ ...account, now: Date.now() });
  const [speaker, listener] = await Promise.all(
    ['speaker', 'listener'].map((name) => guest(test.target('tls'), name)),
  );
  const waiting = await Promise.all(NAMES.map(() => Puppet.dial(test.target('tls'))));
  let through = 0;
  const logins = waiting.map(async (puppet, at) => {
    puppet.say({ type: 'login', name: NAMES[at] as string, password: PASSWORD });
    await hear(puppet, 'auth_success');
    through += 1;
  });
  for (let said = 0; said < 5; said++) {
    speaker?.say({ type: 'say', text: `${said}` });
    expect((await hear(listener as Puppet, 'message')).text).toBe(`${said}`);
  }
  expect(through).toBeLessThan(NAMES.length / 2);
  await Promise.all(logins);
}, 60_000);
