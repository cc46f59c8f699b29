/** A whole life of an account on every wire, at the most talkative level: none of its secrets is in the log or the audit log. */
import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '#store/store';
import { type Server, type ServerMessage, WIRE_NAMES, type WireName } from '#protocol/messages';
import { Puppet } from '../support/servers/server.ts';
import { type TestWorkbench, startTestWorkbench } from '../support/servers/workbench.ts';

let data: string;
let workbench: TestWorkbench;
const secrets = new Map<string, string>();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-secrets-'));
  workbench = await startTestWorkbench(data);
});
afterAll(() => rm(data, { recursive: true, force: true }));

it.each(WIRE_NAMES)('an account comes, logs in, proves itself twice and goes on %s', async (wire) => {
  await live(wire);
});

it('none of its secrets was written down', async () => {
  await workbench.close();
  const log = workbench.log.join('');
  const store = await openStore(join(data, 'chat.sqlite'), { readOnly: true });
  const audit = JSON.stringify((await store.auditPage({ limit: 10_000 })).entries);
  await store.close();
  // Both have been written to: otherwise this would prove nothing.
  expect(log).toContain('connected');
  for (const event of ['account.registered', 'login.failed', 'login.succeeded', 'second_factor.added'])
    expect(audit).toContain(event);
  expect(secrets.size).toBeGreaterThan(30);
  for (const [what, secret] of secrets) expect([what, (log + audit).includes(secret)]).toEqual([what, false]);
  const files = (await readdir(data)).filter((name) => name.startsWith('chat.sqlite'));
  for (const name of files) {
    const bytes = await readFile(join(data, name));
    // At rest as well: only hashes. The secret of a second factor must be kept.
    for (const [what, secret] of secrets)
      if (/password|token|device|recovery/.test(what))
        expect([name, what, bytes.includes(secret)]).toEqual([name, what, false]);
  }
});

async function live(wire: WireName): Promise<void> {
  const name = `ana-${wire.replace('+', '-')}`;
  const note = (what: string, secret: string): string => {
    secrets.set(`${what} on ${wire}`, secret);
    return secret;
  };
  const password = note('password', `lantern orchid 47 ${wire}`);
  const newer = note('newer password', `tundra mosaic 91 ${wire}`);
  const puppet = await Puppet.dial(workbench.target(wire));
  puppet.say({ type: 'register', name, password });
  const { token } = noted(note, 'first', await until(puppet, 'auth_success'));
  puppet.say({ type: 'totp_begin', password });
  const { secret } = await until(puppet, 'totp');
  note('secret of the second factor', secret);
  puppet.say({ type: 'totp_confirm', code: note('first code', codeOf(secret, 0)) });
  const { codes } = await until(puppet, 'recovery_codes');
  codes.forEach((code, index) => note(`recovery code ${index}`, code));
  puppet.say({ type: 'password', old: password, new: newer });
  await until(puppet, 'done');
  await puppet.close();

  const again = await Puppet.dial(workbench.target(wire));
  again.say({ type: 'resume', token });
  noted(note, 'resumed', await until(again, 'auth_success'));
  again.say({ type: 'logout' });
  await until(again, 'auth_success', 'done');
  again.say({ type: 'login', name, password: note('wrong password', `wrong ${password}`) });
  await until(again, 'auth_failed');
  again.say({ type: 'login', name, password: newer });
  await until(again, 'second_factor_required');
  again.say({ type: 'second_factor', code: note('recovery code used', codes[0] as string) });
  noted(note, 'second', await until(again, 'auth_success'));
  await again.close();
}

function noted(
  note: (what: string, secret: string) => string,
  which: string,
  success: Server<'auth_success'>,
): { readonly token: string } {
  const token = note(`${which} token`, success.token ?? '');
  if (success.device !== undefined) note(`${which} device`, success.device);
  return { token };
}

async function until<T extends ServerMessage['type']>(puppet: Puppet, ...types: T[]): Promise<Server<T>> {
  for (;;) {
    const message = await puppet.next();
    if (message === undefined) throw new Error(`the connection ended without ${types.join()}`);
    if ((types as string[]).includes(message.type)) return message as Server<T>;
    if (message.type === 'error' || message.type === 'auth_failed')
      throw new Error(`expected ${types.join()}, got ${JSON.stringify(message)}`);
  }
}

/** RFC 6238 and RFC 4226 §5.3, written down a second time: six digits of HMAC-SHA-1 over the time step. */
function codeOf(secret: string, steps: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
