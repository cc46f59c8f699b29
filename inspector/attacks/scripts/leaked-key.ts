import type { Attack, Finding, Step } from '../contract.ts';
import { showUtf8 } from '#protocol/bytes';
import { Dissection } from '#dissect/index';
import type { KeyMaterial } from '#dissect/secrets/key-material';
import { SAY_PREFIX } from '../known.ts';
import type { World } from '../world.ts';
import { needsPsk, needsTls } from './unfit.ts';

/** Eve has recorded the conversation, and gets a key long after it. */
async function* readLater(world: World, key: KeyMaterial): AsyncGenerator<Step, Finding> {
  const ana = await world.ana();
  const secret = world.secret();
  await ana.say(secret);
  await ana.close();
  const dissection = new Dissection();
  dissection.addAll(world.recorder.events());
  const records = (): string[] =>
    dissection.flows.flatMap(({ id }) =>
      dissection.records(id).map(({ plain }) => (plain ? showUtf8(plain) : '')),
    );
  yield { title: 'Eve has recorded this many records', text: String(records().length) };
  dissection.addKeys([key]);
  const opened = records().filter((text) => text !== '').length;
  yield { title: 'With the key, she opens so many of them', text: String(opened) };
  const said = records().find((text) => text.includes(SAY_PREFIX)) ?? '';
  if (said === '')
    return {
      kind: 'nothing',
      state: 'the key opens none of the records with messages: it only proved who the server is',
    };
  const got = said.slice(said.indexOf(SAY_PREFIX) + SAY_PREFIX.length).split('"')[0] ?? '';
  return { kind: 'gained', what: 'what ana said', wanted: secret, got };
}

export const leakedPsk: Attack = {
  id: 'leaked-psk',
  family: 'later',
  name: 'Read with a shared key that leaks later',
  story: 'Eve records everything and cannot read it. Weeks later the shared key is found in a backup.',
  unfit: needsPsk,
  run: (world) => readLater(world, { kind: 'psk', id: world.psk.id, key: world.psk.key }),
};

export const leakedServerKey: Attack = {
  id: 'leaked-server-key',
  family: 'later',
  name: 'Read with a server’s key that leaks later',
  story:
    'Eve records everything and cannot read it. Weeks later she gets the private key of the server’s certificate.',
  unfit: needsTls,
  run: (world) => readLater(world, { kind: 'rsa', pem: world.certificates.serverKey }),
};
