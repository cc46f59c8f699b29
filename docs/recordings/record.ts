/**
 * Makes the recordings of the demos: our server and two of our clients, a tap between them, a few fixed texts. To make only
 * some, name them behind the command. Run it with
 * `node --import tsx docs/recordings/record.ts`. The keys and certificates live for one run; the secrets are in the files.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { ensureCertificates } from '#certs/ensure';
import type { SharedKey } from '#channel/psk/keys';
import { ChatClient } from '#client/chat-client';
import { ChatError } from '#client/errors';
import { writePcapng } from '#dissect/capture/write';
import type { TapEvent } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { startServer } from '#runtime/server';
import { openStore } from '#store/store';
import { Recorder } from '#tap/recorder';
import { startTap } from '#tap/tap';
import { RECORDINGS, type Recording, type Talk } from './recordings.ts';

const HOME = '127.0.0.1';
const SAID = [
  ['ana', 'Hello Ben, can anyone else read this?'],
  ['ben', 'Only someone who has the keys.'],
  ['ana', 'Then let us talk.'],
] as const;
const PASSWORD = 'seventeen blue kettles';

type People = Readonly<Record<'ana' | 'ben', ChatClient>>;

const TALKS: Readonly<Record<Talk, (people: People) => Promise<void>>> = {
  async chat(people) {
    for (const [name, text] of SAID) await people[name].say(text);
  },
  async logins({ ana, ben }) {
    const openly = { confirmPlain: true };
    await ana.account.register('ana', PASSWORD, openly);
    await refused(ben.account.login('zoe', 'an ordinary guess', openly));
    await refused(ben.account.login('ana', 'an ordinary guess', openly));
    await ben.account.login('ana', PASSWORD, openly);
    await ana.account.logout();
  },
};

async function refused(login: Promise<unknown>): Promise<void> {
  await login.then(
    () => {
      throw new Error('a wrong password was accepted');
    },
    (error: unknown) => {
      if (!(error instanceof ChatError)) throw error;
    },
  );
}

/** What the tap saw of the whole conversation, from the first connection to the end of the last. */
export async function record({ wires, talk, version = 'TLSv1.3' }: Recording): Promise<TapEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-recording-'));
  const before = tls.DEFAULT_MAX_VERSION;
  // Both sides accept 1.2 and 1.3 and choose the newest; for a recording of 1.2, this process has no newer one.
  tls.DEFAULT_MAX_VERSION = version;
  try {
    return await converse(folder, wires, talk);
  } finally {
    tls.DEFAULT_MAX_VERSION = before;
    await rm(folder, { recursive: true, force: true });
  }
}

async function converse(folder: string, wires: readonly WireName[], talk: Talk): Promise<TapEvent[]> {
  const recorder = new Recorder();
  const certificates = await ensureCertificates(folder, { hosts: ['localhost', HOME], now: new Date() });
  const keys = [{ id: 'demo', key: randomBytes(32) }];
  // Every wire has a server of its own, so that the same people can talk on each at the same time.
  const places = await Promise.all(
    wires.map((wire) => openPlace({ folder, wire, talk, recorder, certificates, keys })),
  );
  // #region conversation
  const meet = async ({ wire, tap }: Place, name: string): Promise<ChatClient> => {
    const { host, port } = tap.address;
    const client = new ChatClient({
      wire,
      host,
      port,
      servername: 'localhost',
      ca: certificates.ca,
      keys,
      name,
    });
    await client.connect();
    return client;
  };
  const ended = allEnded(recorder, 2 * places.length);
  await Promise.all(
    places.map(async (place) => {
      const people = { ana: await meet(place, 'ana'), ben: await meet(place, 'ben') };
      await TALKS[talk](people);
      for (const client of Object.values(people)) await client.close();
    }),
  );
  await ended;
  // #endregion conversation
  for (const { close } of places) await close();
  return recorder.events();
}

interface PlaceOptions {
  readonly folder: string;
  readonly wire: WireName;
  readonly talk: Talk;
  readonly recorder: Recorder;
  readonly certificates: Awaited<ReturnType<typeof ensureCertificates>>;
  readonly keys: readonly SharedKey[];
}

type Place = Awaited<ReturnType<typeof openPlace>>;

/** A server that listens on one wire, and the tap in front of it. */
async function openPlace({ folder, wire, talk, recorder, certificates, keys }: PlaceOptions) {
  const store = await openStore(join(folder, `${wire}.sqlite`));
  const server = await startServer({
    store,
    tls: certificates,
    keys,
    listen: { [wire]: { host: HOME, port: 0 } },
    log: pino({ enabled: false }),
    tapped: true,
    ...(talk === 'logins' && { policy: { mode: 'optional', registration: true, passwordWires: [wire] } }),
    keyLog: (line) => recorder.secret(line),
  });
  const target = server.addresses[wire];
  if (!target) throw new Error(`the server does not listen on the ${wire} wire`);
  const tap = await startTap({ wire, listen: { host: HOME, port: 0 }, target, recorder });
  return {
    wire,
    tap,
    close: async () => {
      await tap.close();
      await server.close();
      await store.close();
    },
  };
}

/** Resolves when so many connections have ended in both directions. */
function allEnded(recorder: Recorder, connections: number): Promise<void> {
  return new Promise((resolve) => {
    let ends = 0;
    const stop = recorder.subscribe((change) => {
      if (change.kind !== 'end') return;
      ends += change.how === 'reset' ? 2 : 1;
      if (ends < 2 * connections) return;
      stop();
      resolve();
    });
  });
}

async function main(): Promise<void> {
  const named = process.argv.slice(2);
  for (const [name, recording] of Object.entries(RECORDINGS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const comment = `${recording.title}, made by docs/recordings/record.ts`;
    const file = writePcapng(await record(recording), { comment });
    await writeFile(fileURLToPath(new URL(`${name}.pcapng`, import.meta.url)), file);
    process.stdout.write(`${name}.pcapng: ${recording.title}, ${file.length} bytes\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
