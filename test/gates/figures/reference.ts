/** The figures of the reference pages about what programs print and take: filters, captures, labs, settings, the terminal. */
import { ALERT_DONE } from '#channel/psk/alerts';
import { RECORD_TYPE } from '#channel/psk/records';
import { PATIENCE_MS } from '#client/logins/logins';
import { MAX_SHOWN } from '#dissect/fields/show';
import { MAX_GENERATIONS } from '#dissect/key-schedule/tls13';
import { CAPS } from '#dissect/pcap/caps';
import { MAX_NAMES } from '#dissect/secrets/session-memory';
import { MAX_HANDSHAKES } from '#dissect/tls/handshakes';
import { TIME } from '#judge/piece-line';
import { LESSONS } from '#labs/lessons';
import { PIECE_LIMITS } from '#labs/runner/piece-process';
import { WIRES } from '#protocol/wires';
import { SETTINGS } from '../../../server/cli/config/settings.ts';
import { SILENCE_LIMIT_MS } from '#inspector-cli/capture/download';
import { SPOOL_LIMITS } from '#inspector-cli/files/spool';
import { TIME_ORDER_LIMITS } from '#inspector-cli/time-order';
import type { Held } from './figures.ts';
import { says } from './row.ts';

const MIB = 1024 ** 2;
const SECOND = 1_000;

const EXAMPLE = 'an example; inspector/dissect/filter/page.test.ts tries it';

/** The texts that mean this value of a switch, those with digits last, as a sentence has them. */
function textsFor(value: boolean): string {
  const texts = ['true', 'yes', '1', 'false', 'no', '0'].filter(
    (text) => SETTINGS.tap.fromText(text) === value,
  );
  return `${texts
    .slice(0, -1)
    .map((text) => `\`${text}\``)
    .join(', ')} and \`${texts.at(-1) ?? ''}\``;
}

const CONFIGURATION: Held = {
  rows: [says`${textsFor(true)} turn a switch on;`, says`${textsFor(false)} turn it off.`],
};

const FILTER: Held = {
  rows: [says`up to the first ${MAX_SHOWN} bytes.`],
  fixed: [
    { text: '`field in {a, b, 1..5}`', by: 'an example of the grammar' },
    { text: /\| (text|number|bytes|time) \| `[^|]*\|/, by: EXAMPLE },
    { text: '`tls.handshake.type` is `11` and `"certificate"`', by: 'RFC 8446 §4' },
    { text: '`len == "64"`', by: EXAMPLE },
    { text: '`msg.text < 5`', by: EXAMPLE },
    { text: '`{3}`, `{2,}`, `{2,5}`', by: EXAMPLE },
    { text: '`\\x{1f44b}`', by: EXAMPLE },
    { text: '`\\x17` is the byte 17', by: EXAMPLE },
    { text: '(`a{2}{2}`)', by: EXAMPLE },
    { text: 'a number in `{}` is at most 1,000', by: 're2js, like RE2; page.test.ts tries it' },
  ],
};

const INSPECT: Held = {
  rows: [
    says`the first ${SPOOL_LIMITS.memory / MIB} MiB in memory, and up to ${SPOOL_LIMITS.total / 1024 ** 3} GiB in a temporary file`,
    says`within a window of ${TIME_ORDER_LIMITS.records} records or ${TIME_ORDER_LIMITS.bytes / MIB} MiB.`,
    says`at most ${CAPS.warnings} for a file.`,
    says`If there are more than ${CAPS.keyLogLines} lines, the newest are used.`,
  ],
  fixed: [
    { text: /Exit code [01] means that/, by: 'inspector/cli/inspect.test.ts, which runs it' },
    { text: 'Linux cooked (1 and 2)', by: 'libpcap: LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2' },
    { text: 'the first eight bytes of the encrypted premaster', by: 'the format of SSLKEYLOGFILE' },
    { text: 'milliseconds since 1970', by: 'POSIX' },
  ],
};

const KEY_SCHEDULE: Held = {
  rows: [
    says`the secret after the Nth KeyUpdate of that side, up to the ${MAX_GENERATIONS}th`,
    says`instead of ${'`tls`'}, N from 1 to ${MAX_HANDSHAKES - 1}, and its names say so`,
    says`The first ${MAX_HANDSHAKES} handshakes of a connection are shown.`,
    says`Up to ${MAX_NAMES} ids and tickets are remembered.`,
  ],
  fixed: [
    { text: 'OpenSSL 3', by: 'OpenSSL: `openssl kdf` came with 3.0' },
    { text: 'its identity in the hello, from 0.', by: 'counting' },
    { text: 'N from 1 to', by: 'counting' },
    { text: '“client key, renegotiation 1”', by: 'counting' },
  ],
};

/** The ways in which a lab can be named. */
function namesOf(lab: string): string {
  const [number = '', ...words] = lab.split('-');
  return [String(Number(number)), number, words.join('-'), lab].map((name) => `\`${name}\``).join(', ');
}

const LABS: Held = {
  rows: [
    says`by its number or its name (${namesOf(LESSONS[0]?.name ?? '')});`,
    says`- ${TIME / SECOND} seconds in which it owes an answer`,
    says`and ${PIECE_LIMITS.memory / MIB} MB of memory;`,
  ],
  fixed: [
    { text: 'Exit code 1: a check failed', by: 'labs/cli/check.ts: FAILED' },
    { text: 'Ubuntu 24.04', by: 'the version of Ubuntu that came with this rule' },
    { text: 'an `exit(0)`', by: 'an example of code' },
    { text: '`WIREGLASS_PORTS_PLAIN=0`', by: 'the system, to which port 0 is any free one' },
  ],
};

const TERMINAL: Held = {
  rows: [says`does not get its turn within ${PATIENCE_MS / SECOND} seconds says so`],
  fixed: [
    { text: '(`·12`)', by: 'an example of a number' },
    { text: '`10m`, `2h`', by: 'examples of a duration' },
    { text: /with exit code 0, or 1 when/, by: 'client/cli/chat.test.ts, which runs it' },
    { text: '0 when every line was stored, 1 when', by: 'client/cli/chat.test.ts, which runs it' },
    { text: 'and 2 when the key, the CA or', by: 'client/cli/chat.test.ts, which runs it' },
    { text: '`/2fa on`', by: 'the name of a command' },
    { text: '(0600)', by: 'POSIX; client/lib/logins/logins.test.ts compares the mode' },
  ],
};

const WIRESHARK: Held = {
  rows: [
    says`is silent for ${SILENCE_LIMIT_MS / SECOND} seconds longer`,
    ...WIRES.map(({ name, port }) => says`| ${'`'}${name}${'`'} | ${String(port)} |`),
    says`\`wireglass.psk.type == ${RECORD_TYPE.data}\` | sealed records; \`"data"\` in place of ${RECORD_TYPE.data} works too`,
    says`\`wireglass.psk.code != ${ALERT_DONE}\` | alerts in the clear that report an error`,
  ],
  fixed: [
    { text: '`wireglass.msg.messages.id > 100`', by: 'an example of a number' },
    { text: 'a message after number 100', by: 'the same' },
    { text: '44818 belongs to EtherNet/IP', by: 'the IANA registry of ports' },
  ],
};

export const REFERENCE: Readonly<Record<string, Held>> = {
  'docs/reference/configuration.md': CONFIGURATION,
  'docs/reference/filter.md': FILTER,
  'docs/reference/inspect.md': INSPECT,
  'docs/reference/key-schedule.md': KEY_SCHEDULE,
  'docs/reference/labs.md': LABS,
  'docs/reference/terminal.md': TERMINAL,
  'docs/reference/wireshark.md': WIRESHARK,
};
