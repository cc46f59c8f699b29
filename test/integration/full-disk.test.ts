/** A server whose disk is full says so, lets everyone read, and goes on by itself when there is room again. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithDisk, fillDisk, newDisk } from '../support/programs/disk.ts';
import { Puppet, startTestServer } from '../support/servers/server.ts';
import { openStore } from '#store/store';

describeWithDisk('a server on a full disk', () => {
  it('refuses as read only what it cannot store, and nothing else', async () => {
    const folder = await newDisk(8 * 1024 * 1024);
    const server = await startTestServer({ store: await openStore(join(folder, 'chat.sqlite')) });
    try {
      const [ana, bo] = [
        await Puppet.join(server.target('psk'), 'ana'),
        await Puppet.join(server.target('tls'), 'bo'),
      ];
      await ana.expect('member_joined');
      ana.say({ type: 'say', text: 'before', ref: 'r1' });
      await ana.expect('ack');
      await bo.expect('message');
      const makeRoom = await fillDisk(folder);

      ana.say({ type: 'say', text: 'lost', ref: 'r2' });
      expect(await ana.expect('error')).toMatchObject({ code: 'read_only', fatal: false, ref: 'r2' });
      bo.say({ type: 'history' });
      expect((await bo.expect('history')).messages).toMatchObject([{ text: 'before' }]);
      bo.say({ type: 'search', text: 'nothing', ref: 'q' });
      await bo.expect('found');

      await makeRoom();
      ana.say({ type: 'say', text: 'after', ref: 'r2' });
      await ana.expect('ack');
      expect(await bo.expect('message')).toMatchObject({ text: 'after' });
      await ana.close();
      await bo.close();
    } finally {
      await server.close();
    }
  });
});
