/** Attacks that a page has played: over the socket that a page opens, in the process that they are played in. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Stage } from '#attacks/stage/stage';
import { LAUNCHER } from '#data-folder/project';
import { readCapture } from '#dissect/capture/read';
import type { AttacksAnswer, PlayMessage, PlayRequest } from '#dissect/page-attacks';
import { useAttackServer } from '../../../test/support/servers/attacks.ts';
import { checkPlayer } from './plays.ts';
import { PLAYS_PER_PAGE } from './service.ts';

const { address, open } = useAttackServer();

async function page() {
  const { socket, told, until: found } = await open<PlayMessage>('/ws/attacks');
  const until = <T extends PlayMessage['type']>(type: T, id?: string) =>
    found(
      () =>
        told.find((each) => each.type === type && (id === undefined || ('id' in each && each.id === id))) as
          Extract<PlayMessage, { type: T }> | undefined,
    );
  return { socket, told, until, send: (request: PlayRequest) => socket.send(JSON.stringify(request)) };
}

it('plays an attack with words of the reader, and keeps what crossed', { timeout: 60_000 }, async () => {
  const { told, until, send } = await page();
  send({ type: 'play', id: 'a', attack: 'flip-text', target: 'plain', words: 'Room 12' });
  const { verdict, evidence, capture } = await until('end', 'a');
  expect([verdict, evidence]).toEqual(['succeeds', 'what ben hears from ana: Room 92']);
  const steps = told.flatMap((message) => (message.type === 'step' ? [message.step] : []));
  expect(steps).toContainEqual({ place: 'victim', title: 'ben hears from ana', text: 'Room 92' });
  const file = await fetch(`http://${address(capture ?? '')}`);
  const { events } = readCapture(new Uint8Array(await file.arrayBuffer()));
  const crossed = events
    .map((event) => ('bytes' in event ? Buffer.from(event.bytes).toString() : ''))
    .join('');
  expect(crossed).toMatch(/Room 12.*Room 92/s);
});

it(
  'holds an attack at a step, and leaves nothing of it when the page goes',
  { timeout: 60_000 },
  async () => {
    const { socket, told, until, send } = await page();
    send({ type: 'play', id: 'a', attack: 'reuse-read', target: 'psk aes-256-gcm', paused: true });
    const hers = (): number =>
      told.filter((each) => each.type === 'step' && each.step.place === 'mallory').length;
    await until('step', 'a');
    while (hers() === 0) await once(socket, 'message');
    send({ type: 'pace', id: 'a', wanted: 'next' });
    while (hers() < 2) await once(socket, 'message');
    expect(told.some(({ type }) => type === 'end')).toBe(false);
    // Another page sees that it is over: what it asks for is played at once.
    socket.close();
    const other = await page();
    other.send({ type: 'play', id: 'b', attack: 'truncate', target: 'plain' });
    expect((await other.until('end', 'b')).verdict).toBe('detected');
  },
);

it('answers bad requests with a code', { timeout: 60_000 }, async () => {
  const { socket, until, send } = await page();
  send({ type: 'play', id: 'a', attack: 'flip-text', target: 'plain', words: '"' });
  expect((await until('failed', 'a')).code).toBe('bad_words');
  send({ type: 'play', id: 'b', attack: 'flip-text', target: 'ssh' });
  expect((await until('failed', 'b')).code).toBe('no_such_attack');
  for (let at = 0; at <= PLAYS_PER_PAGE; at++)
    send({ type: 'play', id: `many-${at}`, attack: 'flip-text', target: 'plain', paused: true });
  expect((await until('failed', `many-${PLAYS_PER_PAGE}`)).code).toBe('too_many_plays');
  const closed = once(socket, 'close');
  socket.send('{"type":"play"}');
  expect((await until('error')).code).toBe('bad_request');
  expect(await closed).toEqual([4002, Buffer.from('bad_request')]);
});

it('refuses other origins, and machines other than its own in a network', async () => {
  const socket = new WebSocket(`ws://${address('/ws/attacks')}`, { origin: 'http://evil.example' });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('403');
  const other = { remoteAddress: '192.0.2.7', localAddress: '192.0.2.1' };
  expect(checkPlayer('0.0.0.0', other)?.code).toBe('other_machine');
  expect(checkPlayer('0.0.0.0', { ...other, remoteAddress: '127.0.0.1' })).toBeUndefined();
});

it('tells what could be played, and knows no recording that it does not keep', async () => {
  const answer = (await (await fetch(`http://${address('/api/attacks')}`)).json()) as AttacksAnswer;
  expect(answer.refused).toBeNull();
  for (const { expected } of answer.attacks) expect(expected).toHaveLength(answer.targets.length);
  expect((await fetch(`http://${address('/api/attacks/captures/none')}`)).status).toBe(404);
});

it('ends its process, with all its files, when the server ends', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-stages-'));
  const own = new Stage(LAUNCHER, folder);
  let kept: readonly string[] = [];
  const failed = new Promise<string>((resolve) => {
    own.play({ type: 'play', id: 'a', attack: 'flip-text', target: 'plain', paused: true }, (message) => {
      if (message.type === 'step' && kept.length === 0) {
        kept = readdirSync(folder);
        void own.close();
      }
      if (message.type === 'failed') resolve(message.code);
    });
  });
  expect(['play_failed', 'play_stopped']).toContain(await failed);
  await own.close();
  expect(kept).toHaveLength(1);
  // The folder is empty, or it could not be removed in this way.
  await rmdir(folder);
});
