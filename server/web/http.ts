/** The HTTP side: the page's files, the API, and one shape of error for everything else. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fastifyStatic from '@fastify/static';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Logger } from 'pino';
import * as v from 'valibot';
import type { WhosePiece, WireInfo } from '#dissect/page-stream';
import type { Recorder } from '#tap/recorder';
import type { StandingFlows } from '#tap/step-in';
import { type Plays, checkPlayer } from './attacks/plays.ts';
import { attackRoutes } from './attacks/routes.ts';
import type { Classroom } from './class/classroom.ts';
import { relayFor, sourceFor } from './class/own.ts';
import { fileRoute } from './class/file-routes.ts';
import { classRoutes, leadRoutes, progressRoute } from './class/routes.ts';
import { REQUEST_TIMEOUTS } from './caps.ts';
import { SILENCE_TIMEOUT, captureRoute } from './captures.ts';
import { demoKey, downloadRoutes } from './downloads.ts';
import { type Entrance, NOBODY, type Visitor, isRefused, isStudent, visitorWith } from './entrance.ts';
import { type Refused, checkHost, checkOrigin, isLoopback, isWildcard } from './guard.ts';
import { SECURITY_HEADERS, policyWithStyle, securityHeaders } from './headers.ts';
import { healthRoute } from './health.ts';
import { type Metrics, metricsRoute } from './metrics.ts';
import { type Operator, operatorRoutes } from './operator/routes.ts';
import { PAGE_PATHS } from './page-paths.ts';
import { NOTICE_STYLE, NOT_BUILT, NOT_FOUND, noticePage } from './pages.ts';
import { reachableAddresses } from './reach.ts';
import type { RelayKeys } from './relay.ts';

/** The page's API takes no request bodies at all. */
const BODY_LIMIT = 1024;
/** Milliseconds between two requests on one connection. */
const KEEP_ALIVE_TIMEOUT = 15_000;
/** Milliseconds between two checks for requests that take too long. */
const CHECK_EVERY = 2_000;
/** Milliseconds in which a peer can read the refusal of its request before the socket is closed. */
const REFUSAL_TIMEOUT = 1_000;
const YEAR = 31_536_000;
/** Something is always here, once it is built. */
const STARTS: readonly string[] = [...PAGE_PATHS, '/docs/'];
const NOTICE_POLICY = policyWithStyle(NOTICE_STYLE);
const METHODS = ['GET', 'HEAD', 'POST'] as const;

export interface HttpOptions {
  /** The address that the server listens on. */
  readonly host: string;
  /** Required on `/metrics` where the page needs a token. */
  readonly entrance: Entrance;
  readonly classroom?: Classroom | undefined;
  readonly staticDir: string;
  readonly docsDir?: string | undefined;
  readonly version: string;
  readonly pieces?: readonly WhosePiece[] | undefined;
  readonly wires: readonly WireInfo[];
  readonly recorder: Recorder | undefined;
  readonly relay: RelayKeys;
  /** The data folder, if commands must name it because it is not their default. */
  readonly data?: string | undefined;
  /** Absent without an operator: in tests of the page. */
  readonly operator?: Operator | undefined;
  readonly attacks?: Plays | undefined;
  readonly standing?: StandingFlows | undefined;
  readonly metrics?: Metrics | undefined;
  readonly log: Logger;
  /** Milliseconds until the head of a request must be complete. */
  readonly headersTimeout?: number | undefined;
}

/** The schemas of routes are valibot's, as everywhere in this project. */
const checkByValibot = ({ schema }: { schema: v.GenericSchema }) => {
  return (data: unknown) => {
    const { success, output, issues } = v.safeParse(schema, data, { abortEarly: true });
    if (success) return { value: output };
    return { error: new Error(`${v.getDotPath(issues[0]) ?? 'the query'} must be ${issues[0].message}`) };
  };
};

/** Fastify would otherwise load compilers for JSON Schema, which take 7 MiB. Its types know no others. */
const SCHEMAS = {
  compilersFactory: { buildValidator: () => checkByValibot, buildSerializer: () => () => JSON.stringify },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

/** A Fastify instance with every route, not listening yet. */
export async function httpApp(options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    schemaController: SCHEMAS,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUTS.whole,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    connectionTimeout: SILENCE_TIMEOUT,
    http: {
      headersTimeout: options.headersTimeout ?? REQUEST_TIMEOUTS.head,
      connectionsCheckingInterval: CHECK_EVERY,
    },
    forceCloseConnections: 'idle',
    clientErrorHandler,
    frameworkErrors: sendBadUrl,
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders(pathOf(request)));
    const refused = checkHost(request.headers.host, options.host);
    if (refused) return refuse(reply, refused);
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply, options.log));
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply, allowedAt(app, pathOf(request))));
  const { operator, metrics, entrance, classroom } = options;
  healthRoute(app, operator?.problems ?? (() => Promise.resolve([])));
  // If the page needs its token, the metrics need the operator's.
  if (operator && metrics) metricsRoute(app, metrics, entrance.isGuarded ? operator.token : undefined);
  if (operator) {
    const { version, host } = options;
    await app.register(async (api) => operatorRoutes(api, operator, { version, host }));
  }
  await app.register(async (api) => classRoutes(api, classroom));
  await app.register(async (api) => apiRoutes(api, options));
  await serveFiles(app, options.staticDir, '/');
  serveViews(app);
  if (options.docsDir !== undefined) await serveFiles(app, options.docsDir, '/docs');
  return app;
}

/**
 * The check belongs to the routes, which have a context of their own, and does not depend on the spelling of the path:
 * `/%61pi/info` leads to them as well.
 */
function apiRoutes(api: FastifyInstance, options: HttpOptions): void {
  const { entrance, recorder, version, wires, host, data, pieces } = options;
  const visitors = new WeakMap<object, Visitor>();
  api.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    const visitor = checkOrigin(headers) ?? visitorWith(headers, entrance);
    if (isRefused(visitor)) return refuse(reply, visitor);
    visitors.set(request, visitor);
    // Recorded traffic must not be cached.
    void reply.header('cache-control', 'no-store');
  });
  const visitorOf = (request: object): Visitor => visitors.get(request) ?? NOBODY;
  const refusedTo = (request: FastifyRequest) => checkPlayer(host, request.socket, visitorOf(request));
  const relayOf = (request: object): RelayKeys => relayFor(options, visitorOf(request).person);
  api.get('/api/info', (request) => ({
    version,
    wires,
    tap: recorder ? { held: recorder.held, cap: recorder.cap } : null,
    tokenRequired: entrance.isGuarded,
    // For the commands on the page: the addresses by which others reach this machine, the likeliest first; none on loopback.
    hosts: isWildcard(host) ? reachableAddresses() : isLoopback(host) ? [] : [host],
    data: isStudent(visitorOf(request)) ? null : (data ?? null),
    pieces: pieces ?? null,
    ca: '/api/ca.pem',
    demoKey: demoKey(relayOf(request)) ? '/api/demo-psk' : null,
    // Whether this browser may step into a connection.
    stepIn: options.standing !== undefined && !!options.attacks && !refusedTo(request),
  }));
  downloadRoutes(api, relayOf);
  captureRoute(api, (request) => sourceFor(options, visitorOf(request)));
  if (options.classroom) {
    const personOf = (request: object) => visitorOf(request).person;
    progressRoute(api, options.classroom, personOf);
    leadRoutes(api, options.classroom, personOf);
    fileRoute(api, options.classroom, personOf);
  }
  if (options.attacks) attackRoutes(api, options.attacks, refusedTo);
}

function refuse(reply: FastifyReply, { status, code, message }: Refused): FastifyReply {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ code, message });
}

/** Without the token: these are the files of the program itself, the same for everyone. */
async function serveFiles(app: FastifyInstance, root: string, prefix: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    prefix,
    redirect: prefix !== '/',
    // `sendFile` then answers with files of the page.
    decorateReply: prefix === '/',
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      // The build puts a hash of the content into the names of all files under assets.
      const kept = /[\\/]assets[\\/]/.test(path);
      reply.setHeader('cache-control', kept ? `public, max-age=${YEAR}, immutable` : 'no-cache');
    },
  });
}

/** One page for every view: its router reads the address. */
function serveViews(app: FastifyInstance): void {
  for (const path of PAGE_PATHS.filter((view) => view !== '/')) {
    app.get(path, (_request, reply) => reply.sendFile('index.html'));
  }
}

/** Methods that the path accepts; none if nothing is there. A path without a route may be a file of the page. */
function allowedAt(app: FastifyInstance, path: string): readonly string[] {
  const routed = METHODS.filter((method) => app.hasRoute({ url: path, method }));
  if (routed.length > 0 || isForPrograms(path)) return routed;
  return ['GET', 'HEAD'];
}

function isForPrograms(path: string): boolean {
  return /^\/(api|ws)(\/|$)/.test(path);
}

function sendNotFound(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: readonly string[],
): FastifyReply {
  if (allowed.length > 0 && !allowed.includes(request.method)) {
    const methods = allowed.join(', ');
    const message = `${pathOf(request)} accepts ${methods}, but not ${request.method}`;
    return reply.code(405).header('allow', methods).send({ code: 'method_not_allowed', message });
  }
  const start = STARTS.includes(pathOf(request));
  void reply.code(start ? 503 : 404).header('cache-control', 'no-store');
  if (wantsPage(request)) {
    void reply.header('content-security-policy', NOTICE_POLICY);
    return reply.type('text/html; charset=utf-8').send(noticePage(start ? NOT_BUILT : NOT_FOUND));
  }
  if (start)
    return reply.send({ code: 'not_built', message: `${NOT_BUILT.title}; run ${NOT_BUILT.command}` });
  return reply.send({ code: 'not_found', message: `nothing answers ${request.method} ${pathOf(request)}` });
}

function sendError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status < 500) return reply.code(status).send({ code: 'bad_request', message: error.message });
  log.error({ err: error, method: request.method, path: pathOf(request) }, 'web: a request failed');
  return reply
    .code(status)
    .send({ code: 'internal', message: 'the server has a bug; its log has the details' });
}

/** Answers a request whose path cannot be decoded: no hook runs for it. */
function sendBadUrl(error: FastifyError, _request: unknown, reply: Pick<FastifyReply, 'raw'>): void {
  reply.raw.writeHead(400, { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8' });
  reply.raw.end(JSON.stringify({ code: 'bad_request', message: error.message }));
}

/** Answers bytes that are not HTTP, or a request that is too large or too slow: there is no request that a hook could see. */
function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code] = {
    HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers_too_large'] as const,
    ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout'] as const,
  }[error.code ?? ''] ?? ['400 Bad Request', 'bad_request'];
  endRaw(socket, status, { code, message: 'this is not a request that can be answered' });
}

/** Sends a whole HTTP answer on a bare socket, and closes it, whether or not the peer reads the answer and closes its end. */
export function endRaw(socket: Duplex, status: string, error: { code: string; message: string }): void {
  const body = JSON.stringify(error);
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
  const timer = setTimeout(() => socket.destroy(), REFUSAL_TIMEOUT);
  socket.once('close', () => clearTimeout(timer));
}

/** The path alone, without the query, which may be private. */
export function pathOf({ url }: Pick<IncomingMessage, 'url'> | FastifyRequest): string {
  return (url ?? '/').split('?', 1)[0] as string;
}

function wantsPage(request: FastifyRequest): boolean {
  if (isForPrograms(pathOf(request))) return false;
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
}
