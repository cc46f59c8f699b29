/**
 * Keeps a piece within what its lab is about, and tells the judge when it tries to get out. This is not what protects the
 * machine (`confinement.ts` does that): it is what makes a clear verdict out of an attempt.
 */
import net from 'node:net';
import type { Import } from '#judge/evaluate';

export interface FenceOptions {
  readonly modules: readonly string[];
  /** Really imports a module. */
  readonly load: (name: string) => unknown;
  /** Called with what was tried, in words. */
  readonly tell: (what: string) => void;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** Returns the import function of the piece; closes the other ways to a module, and to other hosts. */
export function fence({ modules, load, tell }: FenceOptions): Import {
  const refuse = (what: string): never => {
    tell(what);
    throw new Error(`${what}, which a piece must not do`);
  };
  const imports: Import = (name) => {
    const full = name.startsWith('node:') || modules.includes(name) ? name : `node:${name}`;
    return modules.includes(full) ? load(full) : refuse(`the code tried to import ${name}`);
  };
  closeSideDoors(imports, refuse);
  watchConnections(tell);
  return imports;
}

function closeSideDoors(imports: Import, refuse: (what: string) => never): void {
  const doors = {
    getBuiltinModule: imports,
    binding: () => refuse('the code tried to reach into Node itself (process.binding)'),
    _linkedBinding: () => refuse('the code tried to reach into Node itself (process.binding)'),
    dlopen: () => refuse('the code tried to load native code (process.dlopen)'),
    kill: () => refuse('the code tried to send a signal (process.kill)'),
    send: undefined,
    mainModule: undefined,
  };
  for (const [name, value] of Object.entries(doors))
    Object.defineProperty(process, name, { value, configurable: false, writable: false });
}

/** Anything that opens a TCP connection comes by here: net, tls, http and fetch. */
function watchConnections(tell: (what: string) => void): void {
  type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;
  const sockets = net.Socket.prototype as { connect: Connect };
  const connect: Connect = sockets.connect;
  sockets.connect = function (...args) {
    const host = hostOf(args);
    if (host === undefined || LOOPBACK.test(host)) return connect.apply(this, args);
    const what = `the code tried to talk to another host (${host})`;
    tell(what);
    return this.destroy(new Error(`${what}, which a piece must not do`));
  };
}

/** As `net.connect` takes it: options, or port and host, or a list of these that Node has made already. */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = args;
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first === 'object' && first !== null) return (first as { readonly host?: string }).host;
  return typeof second === 'string' ? second : undefined;
}
