/** Headers of every answer, which tell the browser what to refuse to protect the page. */

import { createHash } from 'node:crypto';

/**
 * Everything comes from this server: no script and no style stands in a page or in an attribute, so that a text which gets
 * into a page as HTML by mistake changes nothing. A worker may be built into the script that starts it.
 */
const POLICY = {
  'default-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'worker-src': "'self' blob:",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'self'",
} as const;

const policyText = (policy: Readonly<Record<string, string>>): string =>
  Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

export const SECURITY_HEADERS = {
  'content-security-policy': policyText(POLICY),
  'x-content-type-options': 'nosniff',
  // The start link has its token in the fragment, which no browser sends; this keeps the rest of the address private, too.
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/**
 * The script of the worker in which a page of the docs runs a learner's code. It evaluates that code, which nothing else on
 * this server may do; in exchange, the browser refuses it every request. A worker has the policy of its own script, not that
 * of its page.
 */
const PIECE_WORKER = /^\/docs\/assets\/piece-worker-[\w-]+\.js$/;
const PIECE_WORKER_POLICY = "default-src 'none'; script-src 'unsafe-eval'";

/** The headers for a path, which has no query. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  if (!PIECE_WORKER.test(path)) return SECURITY_HEADERS;
  return { ...SECURITY_HEADERS, 'content-security-policy': PIECE_WORKER_POLICY };
}

/** The policy of a page that has this one style element, and no other. */
export function policyWithStyle(css: string): string {
  const hash = createHash('sha256').update(css).digest('base64');
  return policyText({ ...POLICY, 'style-src': `'self' 'sha256-${hash}'` });
}
