import { describe, expect, it } from 'vitest';
import { IDLE, failPending, heard, restored, sending, summary } from './deliveries.ts';

describe('deliveries', () => {
  const sent = {
    type: 'sent',
    id: 'page-2',
    wire: 'psk',
    messageId: 9,
    milliseconds: 3.2,
    at: 1_000,
    port: 40_000,
  } as const;
  const begun = sending(IDLE, 'page-2', 'north gate', ['plain', 'psk']);

  it('go from sending to acknowledged', () => {
    expect(heard(begun, sent).deliveries).toEqual({
      plain: { state: 'sending' },
      psk: { state: 'acknowledged', messageId: 9, milliseconds: 3.2 },
    });
    expect(summary(heard(begun, sent))).toBe('');
  });

  it('go from sending to failed, with the reason', () => {
    const failed = {
      type: 'failed',
      id: 'page-2',
      wire: 'plain',
      code: 'busy',
      message: 'too much',
    } as const;
    const state = heard(heard(begun, sent), failed);
    expect(state.deliveries.plain).toEqual({ state: 'failed', code: 'busy', message: 'too much' });
    expect(summary(state)).toBe('Acknowledged on 1 of 2 wires; failed on plain.');
  });

  it('ignore an answer to an older message', () => {
    expect(heard(begun, { ...sent, id: 'page-1' })).toBe(begun);
  });

  it('fail when the connection to the server is lost meanwhile', () => {
    const state = failPending(heard(begun, sent), 'connection_lost', 'gone');
    expect(state.deliveries.plain?.state).toBe('failed');
    expect(state.deliveries.psk?.state).toBe('acknowledged');
  });

  it('wait for a wire that has stopped: the reason stays through each attempt, until it is open', () => {
    const status = { type: 'status', wire: 'tls' } as const;
    const error = { code: 'connection_refused', message: 'Refused. Start it.', what: 'refused' };
    const lost = heard(begun, { ...status, state: 'connecting', error });
    const again = heard(lost, { ...status, state: 'connecting' });
    expect(again.lines.tls?.error).toEqual(error);
    const open = heard(again, { ...status, state: 'open', name: 'ana' });
    expect(open.lines.tls?.error).toBeUndefined();
    expect(heard(open, { ...status, state: 'connecting' }).lines.tls?.error).toBeUndefined();
  });

  it('are restored after a reload, those of the newest message only', () => {
    const first = heard(begun, sent);
    const second = heard(sending(first, 'page-3', 'at nine', ['tls']), {
      ...sent,
      id: 'page-3',
      wire: 'tls',
    });
    const kept = restored(second.own);
    expect(kept.deliveries).toEqual({ tls: { state: 'acknowledged', messageId: 9, milliseconds: 3.2 } });
    expect(kept.own.last.psk?.text).toBe('north gate');
    expect(restored(first.own).deliveries).toEqual({ psk: first.deliveries.psk });
  });
});
