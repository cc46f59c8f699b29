/** The suites of TLS for the reference page: those that are opened, and those that are only named. */
import { pureRecordCiphers } from '#dissect/crypto/pure';
import { CIPHER_SUITES } from '#dissect/tls/registries';
import { cipherNeeded, tlsSuite } from '#dissect/tls/suites';
import { type Row, code } from './markdown.ts';
import { registered } from './tls-registries.ts';

const ALL = Object.keys(CIPHER_SUITES).map((id) => tlsSuite(Number(id)));

export function openedSuites(): Row[] {
  return ALL.flatMap((suite) => {
    const needed = cipherNeeded(suite);
    if (needed === undefined) return [];
    const clear = suite.stream?.cipher === 'null';
    const everywhere = needed === 'none' || pureRecordCiphers.has(needed);
    const where = everywhere ? 'everywhere' : 'in the terminal';
    return [[number(suite.id), code(suite.name), clear ? 'clear, integrity only' : where]];
  });
}

export function sealedSuites(): Row[] {
  const from = new Map(registered('cipher suites').map((entry) => [entry.value, entry.from]));
  return ALL.filter((suite) => cipherNeeded(suite) === undefined).map(({ id, name }) => [
    number(id),
    code(name),
    from.get(id) ?? '',
  ]);
}

function number(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}
