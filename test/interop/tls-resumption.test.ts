/** Resumed sessions and early data, spoken by openssl. */
import { type Case, SHARED, describeTalks, older, tls12, tls13 } from '../support/flows/openssl-talks.ts';

const CASES: readonly Case[] = [
  {
    name: 'a resumed session',
    both: tls13('TLS_AES_256_GCM_SHA384'),
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.3, TLS_AES_256_GCM_SHA384',
  },
  ...['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].map((suite): Case => ({
    name: `early data with ${suite}`,
    both: tls13(`TLS_${suite}`),
    server: '-early_data',
    client: '-sess_out session',
    again: ['-sess_in session -early_data early'],
    early: 'before anything was agreed\n',
    cipher: `TLS 1.3, TLS_${suite}`,
    sees: ['end_of_early_data'],
  })),
  {
    name: 'early data that the server skips because it asks for another hello',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    server: '-early_data -groups P-256',
    client: '-sess_out session -groups X25519:P-256',
    again: ['-sess_in session -early_data early -groups X25519:P-256'],
    early: 'before anything was agreed\n',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    sees: ['hello_retry_request'],
    without: ['end_of_early_data'],
  },
  {
    name: 'early data that the server refuses because the ticket was used before',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    server: '-early_data',
    client: '-sess_out session',
    again: ['-sess_in session -early_data early', '-sess_in session -early_data early'],
    early: 'before anything was agreed\n',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    sees: ['certificate'],
    without: ['end_of_early_data'],
  },
  {
    name: 'a session resumed by its ticket',
    both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  },
  {
    name: 'a session resumed by its id',
    both: `${tls12('ECDHE-RSA-AES256-SHA384')} -no_ticket`,
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  },
  ...(['AES128-GCM-SHA256', 'AES256-SHA256'] as const).flatMap((suite): Case[] => {
    const iana = suite === 'AES256-SHA256' ? 'AES_256_CBC_SHA256' : 'AES_128_GCM_SHA256';
    const row: Case = {
      name: `RSA key exchange with ${suite}, resumed by its ticket`,
      both: tls12(suite),
      client: '-sess_out session',
      again: ['-sess_in session -sess_out session', '-sess_in session'],
      without: ['certificate'],
      cipher: `TLS 1.2, TLS_RSA_WITH_${iana}`,
      material: 'rsa',
    };
    const byId = { name: row.name.replace('ticket', 'id'), both: `${tls12(suite)} -no_ticket` };
    const plain = { name: `${row.name}, not extended`, conf: 'no-ems.cnf' };
    return [row, { ...row, ...byId }, { ...row, ...plain }];
  }),
  {
    name: 'a shared key of TLS 1.2, resumed by its ticket',
    both: `${tls12('PSK-AES128-GCM-SHA256')} ${SHARED}`,
    certificate: 'none',
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['client_key_exchange'],
    cipher: 'TLS 1.2, TLS_PSK_WITH_AES_128_GCM_SHA256',
    material: 'psk',
  },
  {
    name: 'TLS 1.1 resumed by its id',
    both: `${older('-tls1_1', 'AES128-SHA')} -no_ticket`,
    client: '-sess_out session',
    again: ['-sess_in session'],
    without: ['certificate'],
    cipher: 'TLS 1.1, TLS_RSA_WITH_AES_128_CBC_SHA',
    material: 'rsa',
  },
];

describeTalks('sessions that openssl resumes', CASES);
