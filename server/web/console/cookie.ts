/** The cookie of a console session. */
import cookies from '@fastify/cookie';

/** Sent with nothing else: neither with the pages nor with the docs. */
const PATH = '/api/operator';

/**
 * Cookies do not tell ports apart: with the port in its name, two workbenches on one machine do not replace each other's.
 */
function cookieName(port: number | undefined): string {
  return `wireglass-console-${port ?? 0}`;
}

/** The secret in the header of a request to this port. */
export function secretIn(header: string | undefined, port: number | undefined): string | undefined {
  return header === undefined ? undefined : cookies.parse(header)[cookieName(port)];
}

/** Without `secure`, because the page has no TLS; the server takes it from its own machine only. */
const ATTRIBUTES = { path: PATH, httpOnly: true, sameSite: 'strict' } as const;

export function cookieWith(secret: string, port: number | undefined, until: number): string {
  return cookies.serialize(cookieName(port), secret, { ...ATTRIBUTES, expires: new Date(until) });
}

/** Makes the browser forget it. */
export function noCookie(port: number | undefined): string {
  return cookies.serialize(cookieName(port), '', { ...ATTRIBUTES, expires: new Date(0) });
}
