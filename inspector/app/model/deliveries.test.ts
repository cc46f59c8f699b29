import { describe, expect, it } from 'vitest';
import { IDLE, failPending, heard, sending, summary } from './deliveries.ts';

describe('deliveries', () => {
  const sent = { type: 'sent', id: 'page-2', wire: 'psk', messageId: 9, milliseconds: 3.2 } as const;
  const begun = sending(IDLE, 'page-2', ['plain', 'psk']);

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

  it('do not take an answer to an older message for their own', () => {
    expect(heard(begun, { ...sent, id: 'page-1' })).toBe(begun);
  });

  it('fail where the connection to the server is lost under way', () => {
    const state = failPending(heard(begun, sent), 'connection_lost', 'gone');
    expect(state.deliveries.plain?.state).toBe('failed');
    expect(state.deliveries.psk?.state).toBe('acknowledged');
  });
});
