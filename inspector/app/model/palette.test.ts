import { describe, expect, it } from 'vitest';
import { type Entry, Palette } from './palette.ts';

const entry = (kind: Entry['kind'], title: string, note = '', words = ''): Entry => ({
  id: `${kind} ${title}`,
  kind,
  title,
  note,
  words,
  target: { to: '/' },
});

const palette = new Palette();
palette.add([
  entry('View', 'Wires', 'Send one message on all four wires'),
  entry('Action', 'Use dark colours', '', 'theme'),
  entry('Field', 'tls.handshake.client_hello.random', 'The random bytes of the client.'),
  entry('Field', 'psk.hello.nonce', 'The nonce of the client.'),
  entry('Page of the docs', 'Nonces', 'Concepts'),
  entry('Record', 'say: north gate', 'psk, #3.7', '3.7 say'),
]);

/** Kinds and titles of what is found. */
const found = (text: string) =>
  palette.find(text).map(({ kind, entries }) => [kind, entries.map(({ title }) => title)]);

describe('the palette', () => {
  it('offers views and actions before anything is typed', () => {
    expect(found('')).toEqual([
      ['View', ['Wires']],
      ['Action', ['Use dark colours']],
    ]);
  });

  it('finds by the beginnings of words, the best match first', () => {
    expect(found('nonc')).toEqual([
      ['Page of the docs', ['Nonces']],
      ['Field', ['psk.hello.nonce']],
    ]);
    expect(found('hello rand')).toEqual([['Field', ['tls.handshake.client_hello.random']]]);
  });

  it('finds by words that are not shown, by number, and in spite of a slip', () => {
    expect(found('theme')).toEqual([['Action', ['Use dark colours']]]);
    expect(found('3.7')).toEqual([['Record', ['say: north gate']]]);
    expect(found('handshkae')).toEqual([['Field', ['tls.handshake.client_hello.random']]]);
    expect(found('south gate')).toEqual([]);
  });

  it('takes nothing twice', () => {
    palette.add([entry('View', 'Wires')]);
    expect(found('wires')).toEqual([['View', ['Wires']]]);
  });
});
