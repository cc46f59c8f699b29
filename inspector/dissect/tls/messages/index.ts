/** Handshake messages (RFC 8446 §4, RFC 5246 §7.4): the table of those known here. */
import { certificateRequest } from './certificate-request.ts';
import { certificateStatus } from './certificate-status.ts';
import { certificateVerify } from './certificate-verify.ts';
import { certificate } from './certificate.ts';
import { clientHello } from './client-hello.ts';
import { clientKeyExchange } from './client-key-exchange.ts';
import { compressedCertificate } from './compressed-certificate.ts';
import type { Message } from './contract.ts';
import { encryptedExtensions } from './encrypted-extensions.ts';
import { newSessionTicket } from './new-session-ticket.ts';
import { serverHello } from './server-hello.ts';
import { serverKeyExchange } from './server-key-exchange.ts';
import * as short from './short.ts';

/** A new message is added here. */
export const MESSAGES: readonly Message[] = [
  clientHello,
  serverHello,
  encryptedExtensions,
  certificateRequest,
  certificate,
  compressedCertificate,
  certificateStatus,
  certificateVerify,
  serverKeyExchange,
  clientKeyExchange,
  newSessionTicket,
  ...Object.values(short),
];

const BY_TYPE = new Map(MESSAGES.map((message) => [message.type, message]));

export function messageOf(type: number): Message {
  return BY_TYPE.get(type) ?? short.unknownMessage;
}
