import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeVectors } from '../../../test/support/programs/needs.ts';
import { Dissection } from '../index.ts';
import type { Direction } from '../model.ts';
import { readCapture, secretEvents } from '../capture/read.ts';
import type { Derivation } from './derivation.ts';
import { tls13Schedule } from './tls13.ts';
import { type Said, facts, outputs, checks } from '../../../test/support/dissection/key-schedules.ts';

describeVectors('illustrated-tls13', 'the key schedule of the illustrated TLS 1.3 connection', (folder) => {
  const list = captured(folder);

  it('has the values that its page explains', () => {
    expect(outputs(list)).toMatchObject({
      'tls.transcript.hellos':
        'e05f64fcd082bdb0dce473adf669c2769f257a1c75a51b7887468b5e0e7a7de4f4d34555112077f16e079019d5a845bd',
      'tls.s2c.handshake.key': '9f13575ce3f8cfc1df64a77ceaffe89700b492ad31b4fab01c4792be1b266b7f',
      'tls.s2c.handshake.iv': '9563bc8b590f671f488d2da3',
      'tls.c2s.handshake.key': '1135b4826a9a70257e5a391ad93093dfd7c4214812f493b3e3daae1eb2b1ac69',
      'tls.c2s.handshake.iv': '4256d2e0e88babdd05eb2f27',
    });
  });

  it('matches both Finished', () => {
    expect(checks(list)).toEqual({ 'tls.s2c.verify_data': true, 'tls.c2s.verify_data': true });
  });

  it('is the hash of the hellos and no more for Eve', () => {
    expect(captured(folder, false).map(({ id }) => id)).toEqual(['tls.transcript.hellos']);
  });
});

function captured(folder: string, keys = true): Derivation[] {
  const file = (name: string): Buffer => readFileSync(join(folder, 'captures', name));
  const dissection = new Dissection({ keys });
  dissection.addAll(readCapture(file('capture.pcap')).events);
  dissection.addAll(secretEvents(file('keylog.txt').toString(), 0));
  return dissection.keySchedule(1);
}

describeVectors('rfc8448', 'the key schedule of RFC 8448 §3', (folder) => {
  interface Step {
    readonly actor: string;
    readonly step: string;
    readonly fields: readonly { readonly name: string; readonly hex?: string }[];
  }
  const { sections } = JSON.parse(readFileSync(join(folder, 'rfc8448-from-otp.json'), 'utf8')) as {
    sections: Record<string, Step[]>;
  };
  const steps = sections['1_RTT_handshake'] ?? [];
  const hexOf = (actor: string, step: string, field: string): string => {
    const found = steps.find((candidate) => candidate.actor === actor && candidate.step.includes(step));
    const hex = found?.fields.find(({ name }) => name === field)?.hex;
    if (hex === undefined) throw new Error(`the vectors have no ${field} in ${step} of the ${actor}`);
    return hex;
  };
  const message = (dir: Direction, name: string): Said => {
    const actor = dir === 'c2s' ? 'client' : 'server';
    return [dir, hexOf(actor, `construct a ${name}`, name)];
  };
  const list = tls13Schedule(
    facts(
      0x1301,
      [
        message('c2s', 'ClientHello'),
        message('s2c', 'ServerHello'),
        ['s2c', hexOf('server', 'construct an EncryptedExtensions', 'EncryptedExtensions')],
        message('s2c', 'Certificate'),
        message('s2c', 'CertificateVerify'),
        message('s2c', 'Finished'),
        message('c2s', 'Finished'),
      ],
      {
        CLIENT_HANDSHAKE_TRAFFIC_SECRET: hexOf('server', '"tls13 c hs traffic"', 'expanded'),
        SERVER_HANDSHAKE_TRAFFIC_SECRET: hexOf('server', '"tls13 s hs traffic"', 'expanded'),
        CLIENT_TRAFFIC_SECRET_0: hexOf('server', '"tls13 c ap traffic"', 'expanded'),
        SERVER_TRAFFIC_SECRET_0: hexOf('server', '"tls13 s ap traffic"', 'expanded'),
      },
    ),
  );

  it('has every value of the RFC', () => {
    const data = 'write traffic keys for application data';
    expect(outputs(list)).toMatchObject({
      'tls.transcript.hellos': hexOf('server', '"tls13 c hs traffic"', 'hash'),
      'tls.transcript.server_finished': hexOf('server', '"tls13 c ap traffic"', 'hash'),
      'tls.s2c.handshake.finished_key': hexOf('server', 'calculate finished', 'expanded'),
      'tls.s2c.verify_data': hexOf('server', 'calculate finished', 'finished'),
      'tls.c2s.handshake.key': hexOf('server', 'read traffic keys for handshake', 'key expanded'),
      'tls.c2s.handshake.iv': hexOf('server', 'read traffic keys for handshake', 'iv expanded'),
      'tls.c2s.handshake.finished_key': hexOf('client', 'calculate finished', 'expanded'),
      'tls.c2s.verify_data': hexOf('client', 'calculate finished', 'finished'),
      'tls.s2c.application.0.key': hexOf('server', data, 'key expanded'),
      'tls.s2c.application.0.iv': hexOf('server', data, 'iv expanded'),
      'tls.c2s.application.0.key': hexOf('client', data, 'key expanded'),
      'tls.c2s.application.0.iv': hexOf('client', data, 'iv expanded'),
    });
  });

  it('matches both Finished', () => {
    expect(checks(list)).toEqual({ 'tls.s2c.verify_data': true, 'tls.c2s.verify_data': true });
  });
});
