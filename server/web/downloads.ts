/** The files that a client on another machine needs for the tls and psk wires, for download. */
import type { FastifyInstance } from 'fastify';
import type { SharedKey } from '#channel/psk/keys';
import { toHex } from '#protocol/bytes';
import type { RelayKeys } from './relay.ts';

/** The ids of keys that this program made by itself begin like this: for everyone, or for one person of a class. */
const DEMO = /^(demo|class)-/;
const PERSONAL = /^class-/;

/** The key that clients use, if it is a demo key: any other is handed out by the operator. */
export function demoKey({ keys: [first] }: Pick<RelayKeys, 'keys'>): SharedKey | undefined {
  return first && DEMO.test(first.id) ? first : undefined;
}

/**
 * Requires the page's token, like everything under `/api`. `credentialsOf`: what whoever sends a request connects with.
 */
export function downloadRoutes(api: FastifyInstance, credentialsOf: (request: object) => RelayKeys): void {
  api.get('/api/ca.pem', (request, reply) =>
    reply
      .type('application/x-pem-file')
      .header('content-disposition', 'attachment; filename="ca.pem"')
      .send(credentialsOf(request).ca),
  );
  api.get('/api/demo-psk', (request, reply) => {
    const found = demoKey(credentialsOf(request));
    if (!found) {
      const message =
        'the shared key of this server is not a demo key: ask the operator of the server for it';
      return reply.code(404).send({ code: 'no_demo_key', message });
    }
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', 'attachment; filename="demo-psk.keys"')
      .send(keyFile(found));
  });
}

function keyFile({ id, key }: SharedKey): string {
  return [
    PERSONAL.test(id)
      ? '# Your own key in this class: the server knows you by its id. Who has it can read what you send on the psk wire.'
      : '# A demo key: everyone who can open the page of its server has it, and the page shows what it protects.',
    '# Do not use it for anything that matters. Save this file with mode 600 and use it with --psk-file.',
    `${id}:${toHex(key)}`,
    '',
  ].join('\n');
}
