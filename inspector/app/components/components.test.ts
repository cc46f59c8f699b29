// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import type { WireName } from '#protocol/messages';
import { newsOf } from '../../../test/support/dissection/news.ts';
import { traffic } from '../../../test/support/flows/traffic.ts';
import type { SocketState } from '../composables/server-socket.ts';
import type { Relay } from '../composables/relay.ts';
import { readSearch } from '../model/filter.ts';
import { IDLE, type RelayState, heard, sending } from '../model/deliveries.ts';
import { TrafficReader } from '../reading/traffic-reader.ts';
import Composer from './Composer.vue';
import ConnectionPill from './ConnectionPill.vue';
import FilterInput from './FilterInput.vue';
import RefusedNotice from './RefusedNotice.vue';
import RoleSwitch from './RoleSwitch.vue';
import WireCard from './WireCard.vue';

function fakeRelay(state: SocketState['state'] = 'live') {
  const socket = shallowRef({ state } as SocketState);
  const relayState = shallowRef<RelayState>(IDLE);
  const say = vi.fn((_text: string, _wires: readonly WireName[]) => true);
  return {
    socket,
    state: relayState,
    say,
    remember: vi.fn(),
    retry: vi.fn(),
  } satisfies Relay;
}

describe('the composer', () => {
  it('sends over all wires on Enter and empties itself', async () => {
    const relay = fakeRelay();
    const composer = mount(Composer, { props: { relay, tapped: true } });
    const input = composer.get<HTMLInputElement>('[data-testid=composer-input]');
    await input.setValue('north gate');
    await composer.get('form').trigger('submit');
    expect(relay.say.mock.calls).toEqual([['north gate', ['plain', 'psk', 'tls', 'tls+psk']]]);
    expect(input.element.value).toBe('');
  });

  it('leaves out the wires that are switched off, and cannot send without any', async () => {
    const relay = fakeRelay();
    const composer = mount(Composer, { props: { relay, tapped: true }, attachTo: document.body });
    await composer.get('[data-testid=composer-input]').setValue('x');
    for (const wire of ['plain', 'tls'])
      await composer.get(`[data-testid=wire-toggle-${wire}]`).trigger('click');
    await composer.get('form').trigger('submit');
    expect(relay.say.mock.lastCall).toEqual(['x', ['psk', 'tls+psk']]);
    for (const wire of ['psk', 'tls+psk'])
      await composer.get(`[data-testid="wire-toggle-${wire}"]`).trigger('click');
    expect(composer.get('[data-testid=composer-send]').attributes('disabled')).toBeDefined();
    composer.unmount();
  });

  it('keeps the text while there is no server to send it to', async () => {
    const relay = fakeRelay('lost');
    const composer = mount(Composer, { props: { relay, tapped: true } });
    const input = composer.get<HTMLInputElement>('[data-testid=composer-input]');
    await input.setValue('north gate');
    await composer.get('form').trigger('submit');
    expect(relay.say).not.toHaveBeenCalled();
    expect(input.element.value).toBe('north gate');
  });

  it('reports the delivery of the message in one sentence', async () => {
    const relay = fakeRelay();
    const composer = mount(Composer, { props: { relay, tapped: true } });
    relay.state.value = heard(sending(IDLE, 'page-1', 'x', ['psk']), {
      type: 'sent',
      id: 'page-1',
      wire: 'psk',
      messageId: 4,
      milliseconds: 2,
      at: 0,
    });
    await nextTick();
    expect(composer.get('[role=status]').text()).toBe('Acknowledged on 1 of 1 wires.');
  });
});

describe('the card of a wire', () => {
  const props = {
    wire: 'psk' as const,
    info: { wire: 'psk' as const, host: '127.0.0.1', port: 5556, tapped: true },
    line: { type: 'status' as const, wire: 'psk' as const, state: 'open' as const, name: 'otter' },
    delivery: undefined,
    selected: false,
    scale: 200,
  };
  const reader = new TrafficReader();
  const { log } = reader;
  reader.add(
    traffic({ flow: 1, wire: 'psk', lines: [{ dir: 'c2s', message: { type: 'say', text: 'north gate' } }] }),
  );
  reader.readOn(() => false);

  it('shows what was said, and what each layer added', () => {
    const card = mount(WireCard, { props: { ...props, eve: false, news: newsOf(log.records('psk')) } });
    expect(card.text()).toContain('north gate');
    expect(card.get('.who').text()).toBe('a client');
    expect(card.text()).toMatch(/text 12 B\s*frame 26 B\s*header 4 B\s*nonce 8 B\s*tag 16 B/);
    expect(card.findAll('.cells .lit').flatMap((run) => run.text().split(' '))).toHaveLength(12);
  });

  it('shows Eve a size, a time and a direction', () => {
    reader.setKeys(false);
    reader.readOn(() => false);
    const card = mount(WireCard, { props: { ...props, eve: true, news: newsOf(log.records('psk')) } });
    reader.setKeys(true);
    reader.readOn(() => false);
    expect(card.text()).not.toContain('north gate');
    expect(card.text()).toMatch(/What Eve sees\s*66 B at \d\d:\d\d:\d\d\.\d{3}/);
    expect(card.text()).toContain('client → server, contents unreadable');
    expect(card.find('.cells .lit').exists()).toBe(false);
  });

  it('says what to do while nothing has crossed', () => {
    const card = mount(WireCard, { props: { ...props, eve: false, news: undefined } });
    expect(card.text()).toContain('npx wireglass chat --wire psk --port 5556');
  });

  it('says why a message was not sent', () => {
    const delivery = { state: 'failed' as const, code: 'busy', message: 'the server has no room now' };
    const card = mount(WireCard, { props: { ...props, delivery, eve: false, news: undefined } });
    expect(card.get('[data-testid=delivery-psk]').text()).toBe('not sent: the server has no room now');
  });
});

describe('the switch', () => {
  it('cannot be left without a choice', async () => {
    const view = mount(RoleSwitch, { props: { modelValue: 'keys' } });
    await view.get('[data-testid=eve-off]').trigger('click');
    expect(view.emitted('update:modelValue')).toBeUndefined();
    await view.get('[data-testid=eve-on]').trigger('click');
    await view.get('[data-testid=role-server]').trigger('click');
    expect(view.emitted('update:modelValue')).toEqual([['eve'], ['server']]);
  });
});

describe('the connection', () => {
  const text = (socket: SocketState, paused = false, held = 0) =>
    mount(ConnectionPill, { props: { socket, paused, held } }).get('.text').text();

  it('is named in every state', () => {
    expect(text({ state: 'connecting' })).toBe('Connecting');
    expect(text({ state: 'live' })).toBe('Live');
    expect(text({ state: 'live' }, true, 12)).toBe('Paused, 12 events waiting');
    expect(text({ state: 'lost', retryAt: Date.now() + 4_500, attempt: 3 })).toBe(
      'Connection lost, retrying in 5 s',
    );
    expect(text({ state: 'refused', code: 'token_required', message: '' })).toBe('Refused');
  });

  it('tells how to open the start link when the token is missing, and the reason otherwise', () => {
    const needed = mount(RefusedNotice, { props: { code: 'token_required', message: '', hasToken: false } });
    expect(needed.text()).toContain('#token=');
    const wrong = mount(RefusedNotice, { props: { code: 'token_required', message: '', hasToken: true } });
    expect(wrong.text()).toContain('does not accept the token');
    const other = mount(RefusedNotice, {
      props: { code: 'too_many_pages', message: '16 pages are open', hasToken: true },
    });
    expect(other.text()).toContain('16 pages are open');
  });
});

describe('the filter input', () => {
  function setup(text = '') {
    const box = mount(FilterInput, {
      props: {
        modelValue: text,
        search: readSearch(text),
        'onUpdate:modelValue': (next: string) => box.setProps({ modelValue: next, search: readSearch(next) }),
      },
      attachTo: document.body,
    });
    return { box, input: box.get<HTMLInputElement>('[role=combobox]') };
  }

  it('completes with the keyboard alone', async () => {
    const { box, input } = setup();
    await input.setValue('msg.ty');
    expect(input.attributes('aria-expanded')).toBe('true');
    await input.trigger('keydown', { key: 'ArrowDown' });
    const option = box.get('[role=option][aria-selected=true]');
    expect(input.attributes('aria-activedescendant')).toBe(option.attributes('id'));
    await input.trigger('keydown', { key: 'Enter' });
    await nextTick();
    expect(input.element.value).toBe('msg.type ');
    expect(box.findAll('[role=option]').map((found) => found.text())).toContain('==any value equals');
    await input.trigger('keydown', { key: 'Escape' });
    expect(input.attributes('aria-expanded')).toBe('false');
    box.unmount();
  });

  it('accepts no suggestion that was not chosen', async () => {
    const { box, input } = setup();
    await input.setValue('sta');
    await input.trigger('keydown', { key: 'Enter' });
    expect(input.element.value).toBe('sta');
    expect(input.attributes('aria-expanded')).toBe('false');
    box.unmount();
  });

  it('points at a mistake, once the person has stopped typing', () => {
    const { box, input } = setup('len > 64 && msg.typ == "say"');
    expect(input.attributes('aria-invalid')).toBe('true');
    const fault = box.get('[data-testid=filter-fault]');
    expect(fault.text()).toContain('msg.typ is not a field; did you mean msg.type?');
    const [line = '', caret = ''] = (fault.get('pre').element.textContent ?? '').split('\n');
    expect(line.slice(caret.indexOf('^'))).toMatch(/^msg\.typ/);
    box.unmount();
  });
});
