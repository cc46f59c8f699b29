/** Programs of others judge what the attacks rest on: certificates, forged records, and what can be read on a wire. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attack } from '#attacks/contract';
import {
  GALLERY,
  type GalleryName,
  type Frauds,
  type Identities,
  SERVER_NAME,
  identities,
} from '#attacks/identities';
import { TlsMiddle } from '#attacks/mallory/tls-middle';
import { visitWithOpenssl } from '#attacks/openssl-client';
import { ATTACKS } from '#attacks/list';
import { play } from '#attacks/play';
import { TARGETS, type Target } from '#attacks/targets';
import { writePcapng } from '#dissect/capture/write';
import type { Direction, TapEvent } from '#dissect/model';
import { concat, showUtf8, fromHex, toHex } from '#protocol/bytes';
import { describeWith } from '../support/programs/needs.ts';

/** Milliseconds: only so that an alert that never comes ends the test. */
const PATIENCE = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'wireglass-judges-'));
afterAll(() => rmSync(folder, { recursive: true }));

const attack = (id: string): Attack => ATTACKS.find((each) => each.id === id) as Attack;
const target = (id: string): Target => TARGETS.find((each) => each.id === id) as Target;

/** What the taps have seen. */
async function recorded(id: string, on: string, world: Attack['world'] = {}): Promise<readonly TapEvent[]> {
  const chosen = attack(id);
  const outcome = await play({ ...chosen, world: { ...chosen.world, ...world } }, target(on));
  if (!('events' in outcome)) throw new Error(`${id} is not applicable to ${on}`);
  return outcome.events;
}

/** What OpenSSL has against each certificate, in its own words, and the alert with which its client refuses it. */
const VERDICTS: Readonly<
  Record<Exclude<GalleryName, 'nameless'>, readonly [verdict: RegExp, alert: string]>
> = {
  ofMallory: [/unable to get (local )?issuer|certificate signature failure/, 'unknown_ca'],
  expired: [/certificate has expired/, 'certificate_expired'],
  notYet: [/certificate is not yet valid/, 'bad_certificate'],
  wrongHost: [/hostname mismatch/, 'bad_certificate'],
  selfSigned: [/self.signed certificate/, 'unknown_ca'],
  forClients: [/unsuitable certificate purpose|unsupported certificate purpose/, 'unsupported_certificate'],
  brokenChain: [/unable to get local issuer/, 'unknown_ca'],
  weakKey: [/key too weak/, 'bad_certificate'],
};

describeWith(['openssl'], 'openssl', ({ openssl }) => {
  let all: Pick<Identities, 'server'> & Frauds;
  const file = (name: string): string => join(folder, `${name}.pem`);
  beforeAll(async () => {
    const made = await identities();
    all = { server: made.server, ...(await made.frauds()) };
    writeFileSync(file('ca'), `${all.server.ca}\n${all.root}`);
    writeFileSync(file('intermediate'), all.intermediate);
    for (const name of GALLERY) writeFileSync(file(name), all.gallery[name].cert);
    writeFileSync(file('good'), all.server.cert);
  });

  const verify = (name: string, ...more: readonly string[]): string => {
    const asked = ['-purpose', 'sslserver', '-verify_hostname', SERVER_NAME, '-auth_level', '2', ...more];
    const { stdout, stderr } = spawnSync(openssl, ['verify', '-CAfile', file('ca'), ...asked, file(name)], {
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`;
  };

  it('finds the server’s own certificate good, and the chain without its gap', () => {
    expect(verify('good')).toMatch(/: OK$/m);
    expect(verify('brokenChain', '-untrusted', file('intermediate'))).toMatch(/: OK$/m);
  });

  it('still takes a common name for a host where no other name is listed, which our client does not', () => {
    expect(verify('nameless')).toMatch(/: OK$/m);
  });

  it.each(Object.entries(VERDICTS))(
    'refuses the certificate %s, and says why with an alert',
    async (name, [verdict, alert]) => {
      const middle = await TlsMiddle.start(all.gallery[name as GalleryName], { host: '127.0.0.1', port: 9 });
      const ca = `${all.server.ca}\n${all.root}`;
      await visitWithOpenssl(middle.address, { ca, servername: SERVER_NAME, newestTls: undefined });
      expect(await middle.refusedWithin(PATIENCE)).toBe(alert);
      await middle.close();
      expect(verify(name)).toMatch(verdict);
    },
  );

  it.each([
    ['own-ca', 'tls 1.2', 'unknown_ca', '1503030002' + '0230'],
    ['certificate-expired', 'tls 1.3', 'certificate_expired', '1503030002' + '022d'],
  ])('has a step of %s on %s with its alert, %s', async (id, on, name, bytes) => {
    const outcome = await play(attack(id), target(on));
    const steps = 'steps' in outcome ? outcome.steps : [];
    const step = steps.find(({ title }) => title.includes('openssl'));
    expect(step?.title).toContain(name);
    expect(toHex(step?.bytes ?? new Uint8Array())).toBe(bytes);
  });
});

/** All bytes of each flow. */
function flows(events: readonly TapEvent[]): Record<Direction, Uint8Array>[] {
  const ids = events.flatMap((event) => (event.kind === 'flow' ? [event.flow] : []));
  return ids.map((id) => {
    const bytes = (dir: Direction): Uint8Array =>
      concat(
        events.flatMap((event) =>
          event.kind === 'chunk' && event.flow === id && event.dir === dir ? [event.bytes] : [],
        ),
      );
    return { c2s: bytes('c2s'), s2c: bytes('s2c') };
  });
}

describeWith(['python3'], 'python3-cryptography', ({ python3 }) => {
  const script = fileURLToPath(new URL('psk_open.py', import.meta.url));
  const psk = new Uint8Array(32).fill(7);

  it('opens the record that was forged with the key of the tags, under the true key', async () => {
    const events = await recorded('gcm-forge', 'psk aes-256-gcm-fixed-nonce', { psk: () => psk });
    // The longer one is between Mallory and the server: the forgery is only in that.
    const [between] = flows(events).sort((a, b) => b.c2s.length - a.c2s.length);
    const input = JSON.stringify({
      psk: toHex(psk),
      c2s: toHex(between?.c2s ?? new Uint8Array()),
      s2c: toHex(between?.s2c ?? new Uint8Array()),
    });
    const { stdout, stderr } = spawnSync(python3, ['-B', script], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const { c2s } = JSON.parse(stdout) as { c2s: { plain: string }[] };
    expect(c2s.map(({ plain }) => showUtf8(fromHex(plain))).join()).toContain('I owe eve 1000');
  });
});

describeWith(['tshark'], 'tshark', ({ tshark }) => {
  /** How many packets of the recorded attack have this text in them. */
  const packets = async (on: string, text: string): Promise<number> => {
    const capture = join(folder, `${on}.pcapng`);
    writeFileSync(capture, writePcapng(await recorded('sniff-password', on)));
    const { stdout } = spawnSync(tshark, ['-r', capture, '-Y', `frame contains "${text}"`], {
      encoding: 'utf8',
    });
    return stdout.split('\n').filter((line) => line !== '').length;
  };

  it('finds the password where we say that it can be read, and nowhere else', async () => {
    // From ana to Mallory, and from Mallory to the server.
    expect(await packets('plain', 'password')).toBeGreaterThanOrEqual(2);
    for (const on of ['psk aes-256-gcm', 'tls 1.3', 'tls+psk'])
      expect(await packets(on, '"password"')).toBe(0);
  });

  it.each(['tls 1.2', 'tls 1.3'])(
    'reads %s later with the secrets of the connection, and not with the key of the server',
    async (on) => {
      const key = join(folder, 'server.key');
      writeFileSync(key, (await identities()).serverKey);
      const events = await recorded('leaked-server-key', on);
      const followed = (seen: readonly TapEvent[]): string => {
        const capture = join(folder, 'later.pcapng');
        writeFileSync(capture, writePcapng(seen));
        const follow = ['-q', '-z', 'follow,tls,ascii,0'];
        const { stdout } = spawnSync(tshark, ['-r', capture, '-o', `uat:rsa_keys:"${key}",""`, ...follow], {
          encoding: 'utf8',
        });
        return stdout;
      };
      expect(followed(events)).toContain('"type":"join"');
      expect(followed(events.filter(({ kind }) => kind !== 'secret'))).not.toContain('"type"');
    },
  );
});
