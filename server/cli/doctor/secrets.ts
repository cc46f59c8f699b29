/** Certificates and shared keys. */
import { stat } from 'node:fs/promises';
import { servedHosts } from '#certs/hosts';
import { commandLine } from '#client-cli/hints';
import { dataPaths } from '#data-folder/paths';
import type { CertificateRow } from '#web/operator/answers';
import { certificatesIn } from '../operator/certificates.ts';
import { DAY, formatSpan, formatTime } from '../operator/format.ts';
import { type Check, type Finding, type CheckTarget, ok, problem, warning } from './finding.ts';

/** A server's certificate is renewed 30 days before it expires: one with fewer days left was not. */
const RENEW_BEFORE = 30 * DAY;
const NEW_CA = 'start with a new CA (remove the certs folder, start, and give its ca.pem to the clients)';
const OLD_KEY = 90 * DAY;

export const checkCertificates: Check = async (target) => {
  const rows = await certificatesIn(target.data);
  return [...rows.map((row) => dateFinding(row, target)), await nameFinding(rows, target)];
};

function dateFinding({ what, from, until }: CertificateRow, { data, now }: CheckTarget): Finding {
  const check = `${what} certificate`;
  const mend = what === 'ca' ? NEW_CA : commandLine('certs renew', data);
  if (now < from)
    return problem(
      check,
      `valid only from ${formatTime(from)}`,
      'set the clock; if it is right, renew the certificate',
    );
  if (now > until) return problem(check, `expired on ${formatTime(until)}`, mend);
  const text = `valid until ${formatTime(until)}, for another ${formatSpan(until - now)}`;
  return until - now < RENEW_BEFORE ? warning(check, text, mend) : ok(check, text);
}

async function nameFinding(
  rows: readonly CertificateRow[],
  { settings, server, data }: CheckTarget,
): Promise<Finding> {
  const host = server ? (await server.status()).host : settings.host;
  const names = rows.find(({ what }) => what === 'server')?.names ?? [];
  const missing = servedHosts(host).filter((name) => !names.includes(name));
  if (missing.length === 0) return ok('certificate names', `it covers all names and addresses of ${host}`);
  return problem(
    'certificate names',
    `it does not cover ${missing.join(', ')}`,
    commandLine('certs renew', data),
  );
}

/** Only the age of the keys: whether they have expired is checked before each start, too (`start.ts`). */
export const checkKeyAge: Check = async ({ data, now }) => {
  const { keyFile } = dataPaths(data);
  const age = now - (await stat(keyFile)).mtimeMs;
  if (age <= OLD_KEY) return [ok('key age', 'the shared keys were changed within the last 90 days')];
  return [
    warning('key age', `the keys are ${formatSpan(age)} old or older`, commandLine('psk rotate', data)),
  ];
};
