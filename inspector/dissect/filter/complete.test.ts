import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completions } from './index.ts';

/** What is offered where the | stands; the first few. */
function offered(marked: string, count = 4): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  return completions(text, cursor)
    .slice(0, count)
    .map((completion) => completion.text);
}

/** The text after taking the first completion. */
function taken(marked: string): string {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const [first] = completions(text, cursor);
  return first ? text.slice(0, first.from) + first.text + text.slice(first.to) : text;
}

describe('completion', () => {
  it.each<[string, string[]]>([
    ['|', ['wire', 'dir', 'len', 'time']],
    ['wi|', ['wire', 'msg.wire']],
    ['flow.|', ['flow.client.address', 'flow.client.port', 'flow.server.address', 'flow.server.port']],
    ['flow.server.port |', ['==', '!=', '<', '<=']],
    ['msg.ty|', ['msg.type']],
    ['msg.|', ['msg.type']],
    ['psk.|', ['psk.type']],
    ['tls.|', ['tls.handshake']],
    ['len > 5 and tls.handshake.|', ['tls.handshake.type']],
    ['msg.text contains "tls.|"', []],
    ['not st|', ['state', 'tls.handshake.extensions.status_request']],
    ['len |', ['==', '!=', '<', '<=']],
    ['wire |', ['==', '!=', 'contains', 'matches']],
    ['raw |', ['contains', 'matches', '==', '!=']],
    ['psk |', ['and', 'or']],
    ['wire == |', ['plain', 'psk', 'tls', 'tls+psk']],
    ['wire == t|', ['tls', 'tls+psk']],
    ['dir != |', ['c2s', 's2c']],
    ['state == o|', ['opened']],
    ['msg.type == |', ['"join"', '"leave"', '"say"', '"edit"']],
    ['msg.type == "sa|', ['"say"']],
    ['msg.type == sa|', ['"say"']],
    ['msg.type in {"say", |', ['"join"', '"leave"', '"say"', '"edit"']],
    ['msg.type in {"say" |', []],
    [
      'tls.handshake.type == "cert|',
      ['"certificate"', '"certificate_request"', '"certificate_verify"', '"certificate_url"'],
    ],
    ['lower(|', ['wire', 'dir', 'state', 'proto']],
    ['lower(title) |', ['==', '!=', 'contains', 'matches']],
    ['len > 5 |', ['and', 'or']],
    ['len > 5 a|', ['and']],
    ['wire == psk |', ['and', 'or']],
    ['len > 5 and |', ['wire', 'dir', 'len', 'time']],
    ['(dir|', ['dir']],
    ['msg.text contains |', []],
  ])('%s', (marked, expected) => {
    const all = offered(marked, 50);
    expect(all.slice(0, expected.length)).toEqual(expected);
    expect(all.length === 0).toBe(expected.length === 0);
  });

  it('replaces the whole of what the cursor touches', () => {
    expect(taken('msg.ty| == "say"')).toBe('msg.type == "say"');
    expect(taken('len > 5 and sta|xyz')).toBe('len > 5 and state');
    expect(taken('msg.type == "jo|"')).toBe('msg.type == "join"');
    expect(taken('wire == |')).toBe('wire == plain');
  });

  it('offers something sensible or nothing for any text, and never beyond it', () => {
    const piece = fc.constantFrom(
      'len',
      'msg.type',
      '==',
      '"a',
      '"',
      '{',
      '}',
      ',',
      '(',
      'in',
      'and',
      ' ',
      '5',
      'lower',
      '☂',
    );
    const given = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(given, fc.nat(), (text, place) => {
        const cursor = place % (text.length + 1);
        const misplaced = completions(text, cursor).filter(
          ({ from, to, note }) => from > cursor || to < cursor || to > text.length || note === '',
        );
        expect(misplaced).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
