/** A bench of a page: over the socket that a page opens, in the process that it is in. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { replacedText } from '#dissect/replaced-text';
import { useAttackServer } from '../../../test/support/servers/attacks.ts';
import { benchPage } from '../../../test/support/servers/bench-page.ts';

/** A wire of the workbench: says everything back. */
const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
const server = useAttackServer(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as AddressInfo;
  return [
    { wire: 'plain', host: '0.0.0.0', port, tapped: false },
    { wire: 'psk', host: '192.0.2.1', port, tapped: false },
  ];
});
afterAll(() => echo.close());

const page = () => benchPage(server);

it('holds what ana says, and shows what ben hears of what was made of it', { timeout: 60_000 }, async () => {
  const { ask, message, held, hears, event } = await page();
  ask({ type: 'open', target: 'plain' });
  expect((await message('open')).command).toMatch(/^npx wireglass chat --wire plain --port \d+ --name cai$/);
  ask({ type: 'say', text: 'meet at nine' });
  const { id, bytes, connection } = await held();
  const changed = replacedText(fromHex(bytes), utf8('nine'), utf8('seventeen')) as Uint8Array;
  ask({ type: 'replace', unit: id, bytes: toHex(changed), fit: true, edit: 7 });
  expect(await message('changed')).toMatchObject({
    unit: id,
    edit: 7,
    bytes: `000000${toHex(changed.subarray(0, 0))}${(changed.length - 4).toString(16)}${toHex(changed.subarray(4))}`,
  });
  ask({ type: 'pass', unit: id });
  await hears('ben hears from ana', 'meet at seventeen');
  await event((each) => each.kind === 'heard' && each.unit.title === 'ack');

  ask({ type: 'break', filter: '' });
  ask({
    type: 'inject',
    connection,
    towards: 'server',
    bytes: toHex(utf8('{"type":"say","ref":"x","text":"hello"}')),
    framed: true,
  });
  await hears('ben hears from ana', 'hello');
  ask({ type: 'pass', unit: 99 });
  expect((await message('impossible')).message).toBe('unit 99 is not held');
});

it('shows how the server refuses a sealed record that was changed', { timeout: 60_000 }, async () => {
  const { ask, message, held, hears, event } = await page();
  ask({ type: 'open', target: 'psk aes-256-gcm' });
  await message('open');
  ask({ type: 'say', text: 'meet at nine' });
  const { id, bytes } = await held();
  ask({
    type: 'replace',
    unit: id,
    bytes: `${bytes.slice(0, -2)}${bytes.endsWith('00') ? '01' : '00'}`,
    fit: true,
    edit: 1,
  });
  ask({ type: 'pass', unit: id });
  await event((each) => each.kind === 'heard' && each.unit.title === 'alert');
  await hears('The server ends a connection', 'bad_record_mac');
  ask({ type: 'break', filter: '' });
  ask({ type: 'enter' });
  await event((each) => each.kind === 'opened' && each.connection === 2);
  ask({ type: 'replay', unit: id, connection: 2 });
  await event((each) => each.kind === 'sent' && each.how === 'again' && each.connection === 2);
});

it('refuses other origins and bad requests, and is gone with its page', { timeout: 60_000 }, async () => {
  const stranger = new WebSocket(`ws://${server.address('/ws/bench')}`, { origin: 'http://evil.example' });
  const [error] = (await once(stranger, 'error')) as [Error];
  expect(error.message).toContain('403');

  const first = await page();
  first.ask({ type: 'open', target: 'ssh' });
  expect((await first.message('over')).code).toBe('no_such_target');
  const { socket, ask, message } = await page();
  ask({ type: 'open', target: 'plain' });
  const { port } = await message('open');
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined).resume();
  await once(client, 'connect');
  // A process that is killed may leave with a reset, which is no failure here.
  const gone = new Promise((resolve) => client.once('close', resolve));
  socket.send('{"type":"pass"}');
  expect((await message('error')).code).toBe('bad_request');
  await gone;
});

it('stands in front of a wire of the workbench, and of no other machine', { timeout: 60_000 }, async () => {
  const { ask, message, held, event } = await page();
  ask({ type: 'open', target: 'own plain' });
  const { port, isOwn } = await message('open');
  expect(isOwn).toBe(true);
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  client.write(fromHex(`00000020${toHex(utf8('{"type":"say","text":"thirteen"}'))}`));
  ask({ type: 'drop', unit: (await held()).id });
  await event(({ kind }) => kind === 'dropped');
  client.write(fromHex('000000023130'));
  expect(await once(client, 'data')).toEqual([Buffer.from('000000023130', 'hex')]);
  client.destroy();

  const far = await page();
  far.ask({ type: 'open', target: 'own psk' });
  expect((await far.message('over')).message).toContain('127.0.0.1 and nothing else');
});
