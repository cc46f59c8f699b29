/** The operator's commands about keys and certificates, and the doctor that looks after them. */
import * as doctor from '../../server/cli/doctor/doctor.ts';
import * as audit from '../../server/cli/operator/audit.ts';
import * as certs from '../../server/cli/operator/certs.ts';
import * as psk from '../../server/cli/operator/psk.ts';
import { X509Certificate } from 'node:crypto';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import { Puppet } from '../support/servers/server.ts';
import { folder, data, stop, running, run, json, until, useWorkbench } from '../support/servers/operator.ts';

useWorkbench();

describe('psk', () => {
  it('rotates: old and new key work, open connections go on, and no key is printed', async () => {
    const { target } = running();
    const before = running().data.keys;
    const open = await Puppet.join(target('psk'), 'ana');
    const rotated = await run(psk.register, 'psk', 'rotate', '--valid-for', '2d');
    const listed = await run(psk.register, 'psk', 'list');
    const text = await readFile(join(data, 'psk.keys'), 'utf8');
    const after = parseKeyFile(text);
    expect(after).toHaveLength(2);
    for (const keys of [before, after]) await (await Puppet.dial({ ...target('tls+psk'), keys })).close();
    open.say({ type: 'say', text: 'still here', ref: '1' });
    await until(open, 'ack');
    const hex = after.map(({ key }) => Buffer.from(key).toString('hex'));
    for (const secret of hex) expect(rotated.out + listed.out + running().log.join('')).not.toContain(secret);
    expect(((await stat(join(data, 'psk.keys'))).mode & 0o777).toString(8)).toBe('600');
    await run(psk.register, 'psk', 'remove', before[0]?.id ?? '');
    await expect(
      Puppet.dial({ ...target('psk'), keys: before }).then((puppet) => puppet.expect('welcome')),
    ).rejects.toThrow();
    expect(await run(psk.register, 'psk', 'remove', after[0]?.id ?? '')).toMatchObject({ code: 1 });
    await open.close();
  });
});

describe('certs', () => {
  it('renews: new connections see the new certificate, open ones go on', async () => {
    const open = await Puppet.join(running().target('tls'), 'ana');
    const shown = (await json(certs.register, 'certs')) as { what: string; fingerprint: string }[];
    const before = await fingerprint();
    expect(shown.find(({ what }) => what === 'server')?.fingerprint).toBe(before);
    expect(await run(certs.register, 'certs', 'renew')).toMatchObject({ code: 0 });
    const after = await fingerprint();
    expect(after).not.toBe(before);
    expect(new X509Certificate(await readFile(join(data, 'certs/server.pem'))).fingerprint256).toBe(after);
    open.say({ type: 'say', text: 'still here', ref: '1' });
    await until(open, 'ack');
    await (await Puppet.join(running().target('tls+psk'), 'bo')).close();
    await open.close();
    expect((await run(audit.register, 'audit', '--event', 'certificate.renewed')).out).toContain('operator');
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a new server', async () => {
    const findings = (await json(doctor.register, 'doctor')) as { level: string; check: string }[];
    expect(findings.filter(({ level }) => level === 'problem')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'node',
        'clock',
        'disk',
        'modes',
        'times',
        'database',
        'shared keys',
        'ports',
        'network',
        'server',
      ]),
    );
  });

  it('finds what others can read, a broken database, and a certificate that is gone', async () => {
    await stop();
    await chmod(join(data, 'psk.keys'), 0o644);
    await writeFile(join(data, 'chat.sqlite'), 'no database');
    await rm(join(data, 'certs/server.pem'));
    const result = await run(doctor.register, 'doctor');
    expect(result.code).toBe(1);
    expect(result.out).toContain(`chmod 600 ${join(data, 'psk.keys')}`);
    expect(result.out).toMatch(/problem {2}database/);
    expect(result.out).toMatch(/problem {2}certificates/);
  });

  it('finds a mistake in the configuration', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, '{"accounts": {"mod": "required"}}');
    const result = await run(doctor.register, 'doctor', '--config', config);
    expect(result.code).toBe(1);
    expect(result.out).toContain('accounts.mod: there is no such setting');
  });
});

function fingerprint(): Promise<string> {
  const { host, port, ca } = running().target('tls');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca: ca ?? '', servername: 'localhost' }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
