/**
 * A disk that turns read-only while the server writes to it: nothing is acknowledged that was not stored, reading goes
 * on, and when the disk is well again so is the server, without a restart.
 */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { failingDisk } from '../support/programs/disk.ts';
import { describeWith } from '../support/programs/needs.ts';
import { type Program, type Ready, startServeIn, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { temporaryFolder } from '../support/chat/stores.ts';

const TOLD = { code: 'read_only', fatal: false };

describeWith(['cc'], 'a disk that turns read-only', ({ cc }) => {
  const onLinux = it.skipIf(process.platform !== 'linux');

  async function serve() {
    const data = join(await temporaryFolder(), 'data');
    const disk = await failingDisk(data, cc);
    const { program, ready } = await startServeIn(disk.env, data);
    onTestFinished(() => void program.child.kill('SIGKILL'));
    return { disk, program, ready };
  }

  onLinux('stores nothing, says so, lets everyone read, and recovers by itself', async () => {
    const { disk, program, ready } = await serve();
    const ana = await guest(ready, 'psk', 'ana');
    const bo = await guest(ready, 'tls', 'bo');
    await ana.expect('member_joined');
    ana.say({ type: 'say', text: 'before', ref: 'r1' });
    await ana.expect('ack');
    await bo.expect('message');

    await disk.turnReadOnly();
    for (const ref of ['r2', 'r3']) {
      ana.say({ type: 'say', text: 'lost', ref });
      expect(await ana.expect('error')).toMatchObject({ ...TOLD, ref });
    }
    ana.say({ type: 'edit', id: 1, text: 'changed', ref: 'e' });
    expect(await ana.expect('error')).toMatchObject({ ...TOLD, ref: 'e' });
    bo.say({ type: 'history' });
    expect((await bo.expect('history')).messages).toMatchObject([{ text: 'before' }]);
    const cy = await guest(ready, 'plain', 'cy');
    for (const puppet of [ana, bo]) await puppet.expect('member_joined');
    expect(await health(ready)).toMatchObject({ status: 503 });

    await disk.heal();
    ana.say({ type: 'say', text: 'after', ref: 'r2' });
    expect(await ana.expect('ack')).toMatchObject({ ref: 'r2' });
    expect(await bo.expect('message')).toMatchObject({ text: 'after' });
    expect(await health(ready)).toMatchObject({ status: 200 });
    for (const puppet of [ana, bo, cy]) await puppet.close();
    expect(await stopped(program)).toMatchObject({ code: 0 });
  });

  onLinux('does not delay a stop of the server', async () => {
    const { disk, program, ready } = await serve();
    const ana = await guest(ready, 'tls', 'ana');
    await disk.turnReadOnly();
    const end = stopped(program);
    expect(await ana.expect('bye')).toMatchObject({ reason: 'shutting_down' });
    const { code, stderr } = await end;
    expect(stderr).toMatch(/stopped, but not everything could be closed: EROFS/);
    expect(code).toBe(1);
  });
});

async function guest(ready: Ready, wire: 'plain' | 'psk' | 'tls', name: string): Promise<Puppet> {
  return Puppet.join(await targetOf(ready, wire), name);
}

async function health({ web }: Ready): Promise<{ status: number }> {
  const { status } = await fetch(`http://${web.host}:${web.port}/healthz`);
  return { status };
}

function stopped(program: Program): Program['finished'] {
  program.child.kill('SIGTERM');
  return program.finished;
}
