/** “Who could read this?”: what the window says is computed from the wires, the keys and the tap. */
import { describe, expect, it } from 'vitest';
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { inspectorLink } from './inspector-link.ts';
import { type Leg, promiseOf, readersOf } from './readers.ts';

const leg = (change: Partial<Leg> = {}): Leg => ({
  wire: 'psk',
  protection: 'psk, aes-256-gcm',
  port: 40_000,
  tapped: true,
  key: { id: 'demo-1a2b', demo: true },
  page: 'local',
  ...change,
});
const TLS: Partial<Leg> = { wire: 'tls', protection: 'TLSv1.3, TLS_AES_256_GCM_SHA384', key: undefined };
const told = (via: string, of: Leg, own = false) =>
  readersOf({ room: 'lobby', via, from: 'Ana', own, facts: { leg: of, how: own ? 'sent' : 'live' } });
const why = (who: string, { readers }: ReturnType<typeof told>) =>
  readers.find((reader) => reader.who.includes(who));

describe('who could read a message', () => {
  it.each([
    ['plain', leg({ wire: 'plain', protection: 'no protection', key: undefined }), 'yes'],
    ['psk', leg(), 'key'],
    ['tls', leg(TLS), 'no'],
  ])('that was sent over %s', (via, of, can) => {
    expect(told(via, of, true)).toMatchObject({ can, wire: via });
  });

  it('is as open as the weakest wire on its way', () => {
    expect(told('plain', leg(TLS))).toMatchObject({ can: 'yes', wire: 'plain' });
    expect(told('tls', leg())).toMatchObject({ can: 'key', wire: 'psk' });
    expect(told('tls', leg(TLS))).toMatchObject({ can: 'no', wire: 'tls' });
    expect(told('tls+psk', leg(TLS))).toMatchObject({ can: 'no', wire: 'tls' });
  });

  it('names the key, and says that everyone has a demo key', () => {
    expect(why('path', told('psk', leg(), true))?.why).toMatch(
      /aes-256-gcm.*“demo-1a2b”, a demo key that everyone/,
    );
    const own = leg({ key: { id: 'ours', demo: false } });
    expect(why('path', told('psk', own, true))?.why).toMatch(/“ours”, today or later/);
  });

  it('says that TLS ends in the workbench, and whether what is inside leaves the machine', () => {
    expect(why('workbench', told('tls', leg(TLS)))).toMatchObject({ can: 'no' });
    expect(why('workbench', told('tls', leg({ ...TLS, page: 'http' })))).toMatchObject({ can: 'yes' });
    expect(why('workbench', told('psk', leg({ page: 'http' })))).toMatchObject({ can: 'key' });
    expect(promiseOf(leg({ ...TLS, page: 'http' }))).toContain('in the clear');
  });

  it('names the server always, and the inspector where the wires are recorded', () => {
    expect(why('The server', told('tls', leg(TLS)))).toMatchObject({ can: 'yes' });
    expect(why('inspector', told('tls', leg(TLS)))).toMatchObject({ can: 'yes' });
    expect(why('inspector', told('tls', leg({ ...TLS, tapped: false })))).toBeUndefined();
  });

  it('names whoever has a recording, which came through no page of a workbench', () => {
    const recorded = told('tls', leg({ ...TLS, recorded: true }), true);
    expect(why('has the recording', recorded)).toMatchObject({ can: 'yes' });
    expect([why('inspector', recorded), why('workbench', recorded)]).toEqual([undefined, undefined]);
  });
});

describe('the address of a message’s bytes', () => {
  it.each([
    ['sent', 'flow.client.port == 40000 and msg.type == "say" and msg.ref == "ab-7"'],
    ['live', 'flow.client.port == 40000 and msg.type == "message" and msg.id == 12'],
    ['page', 'flow.client.port == 40000 and msg.messages.id == 12'],
  ] as const)('of one that was %s is a filter that the inspector understands', (how, filter) => {
    const address = inspectorLink({ leg: leg({ wire: 'tls+psk' }), how, ref: 'ab-7' }, 12);
    const query = new URLSearchParams(new URL(address, 'http://localhost').hash.slice(1));
    expect([query.get('wires'), query.get('filter')]).toEqual(['tls+psk', filter]);
    expect(compileFilter(filter, compilePattern)).toMatchObject({ ok: true });
  });
});
