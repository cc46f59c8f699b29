/** The figures of the two specifications in words: the chat protocol and the psk wire. Their tables are generated. */
import { nonceLength } from '#channel/psk/bodies';
import { KEY_ID_MAX_LENGTH, PSK_MIN_LENGTH } from '#channel/psk/keys';
import { CONFIRM_LENGTH, PSK_VERSION, RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { FRAME_LAYOUT, encodeFrame } from '#protocol/frame';
import { fixedSize } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { PROTOCOL_VERSION, encodeMessage } from '#protocol/messages';
import { DEFENCE } from '#runtime/defence/defence';
import type { Held } from './figures.ts';
import { suiteNamed } from './measured.ts';
import { says, word } from './row.ts';

const CBC_HMAC = suiteNamed('aes-256-cbc-hmac-sha256');
const PAD = CBC_HMAC.padding;
const seconds = (milliseconds: number): number => milliseconds / 1_000;

const PROTOCOL: Held = {
  rows: [
    says`as soon as the ${word(fixedSize(FRAME_LAYOUT))} bytes have arrived`,
    says`An example of a whole frame of ${encodeFrame(encodeMessage({ type: 'say', text: 'hi' })).length} bytes:`,
    says`a whole number is at most ${`2^${Math.log2(Number.MAX_SAFE_INTEGER + 1)}`} − ${2 ** 53 - Number.MAX_SAFE_INTEGER}.`,
    says`describe version ${PROTOCOL_VERSION} of the protocol`,
    says`(\`login_timeout\`, ${seconds(DEFENCE.joinTimeout)} seconds)`,
    says`(\`frame_timeout\`, ${seconds(DEFENCE.frameTimeout)} seconds)`,
    says`(\`idle_timeout\`, ${seconds(DEFENCE.idleTimeout)} seconds)`,
    says`What happens within ${LIMITS.changesPause} ms is told in one message`,
    says`a room of more than ${LIMITS.changesPause * LIMITS.changesPerMillisecond} members collects for longer, at most for ${seconds(LIMITS.changesPauseMost)} s.`,
    says`with their names up to ${LIMITS.namedChanges} and`,
    says`name who is there, up to ${LIMITS.memberList}.`,
    says`gives the first ${LIMITS.memberList} names`,
  ],
  fixed: [{ text: /U\+20[0-9A-F]{2}/, by: 'Unicode' }],
};

const PSK_WIRE: Held = {
  rows: [
    says`specification of the psk wire, version ${PSK_VERSION}.`,
    says`is at least ${PSK_MIN_LENGTH} random bytes and has a _key id_: 1 to ${KEY_ID_MAX_LENGTH} bytes of UTF-8`,
    says`a header of ${RECORD_HEADER_LENGTH} bytes and a body`,
    says`A body is at most ${LIMITS.handshakeBody} bytes long until`,
    says`after ${seconds(DEFENCE.handshakeTimeout)} seconds, unless`,
    says`that of a record with ${LIMITS.recordPlaintext} plain bytes`,
    says`without the ${CONFIRM_LENGTH} bytes of its confirmation`,
    says`is the record's header, ${RECORD_HEADER_LENGTH} bytes.`,
    says`${'`key`'} is ${'`mac_key || enc_key`'}, ${CBC_HMAC.keyLength / 2} bytes each.`,
    says`${'`padding`'} is ${`1 to ${PAD}`} bytes that fill the last block`,
    says`with ${nonceLength(suiteNamed('aes-256-gcm-static').body)} random bytes as the nonce`,
    says`${'`plain`'} is at most ${LIMITS.recordPlaintext} bytes;`,
    says`it also accepts up to ${PAD - 1} bytes more`,
    says`seals at most ${LIMITS.recordsPerKey} records (${`2^${Math.log2(LIMITS.recordsPerKey)}`})`,
  ],
  fixed: [
    { text: '_key id_: 1 to', by: 'the specification itself: no id is empty' },
    { text: '`00` shown', by: 'the specification itself; psk_wire.py is written from it' },
    { text: '`n` = 0', by: 'the specification itself' },
    { text: 'over 15 zero bytes', by: 'EAX: a block that ends in t' },
    { text: 'one number of 128 bits', by: 'NIST SP 800-38A §6.5' },
    { text: '(PKCS#7)', by: 'the name of a standard' },
    { text: 'AAD in bits, as 8 bytes', by: 'RFC 7518 §5.2.2.1' },
    { text: '`0x00`', by: 'the byte of done, in the table of alerts' },
  ],
};

export const PROTOCOLS: Readonly<Record<string, Held>> = {
  'docs/reference/protocol.md': PROTOCOL,
  'docs/reference/psk-wire.md': PSK_WIRE,
};
