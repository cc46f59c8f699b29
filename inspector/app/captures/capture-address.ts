/**
 * The capture in the address of a view: `?capture=tls13` for one that the server serves, and `?file=night.pcapng` for one of
 * the person's own, which only this page has.
 */
export interface CaptureName {
  readonly kind: 'capture' | 'file';
  readonly name: string;
}

/** Views that show a capture in place of what the tap tells. */
const VIEWS: readonly string[] = ['/inspect', '/pictures'];

/** The capture that a query names, if any. */
export function namedIn(query: string): CaptureName | undefined {
  const parts = new URLSearchParams(query);
  for (const kind of ['capture', 'file'] as const) {
    const name = parts.get(kind);
    if (name !== null) return { kind, name };
  }
  return undefined;
}

export function isNamedIn(query: string, { kind, name }: CaptureName): boolean {
  const named = namedIn(query);
  return named?.kind === kind && named.name === name;
}

export function canShow(path: string): boolean {
  return VIEWS.includes(path);
}

/** The address of a view with this capture in it, or with none. Of another capture it keeps nothing: its records are others. */
export function addressWith(address: string, capture: CaptureName | undefined): string {
  const [place = '', hash] = address.split('#');
  const [path = '', query = ''] = place.split('?');
  if (!canShow(path)) return address;
  const isSame = capture ? isNamedIn(query, capture) : namedIn(query) === undefined;
  if (isSame) return address;
  const wanted = capture ? `?${capture.kind}=${encodeURIComponent(capture.name)}` : '';
  return path + wanted + (path === '/pictures' && hash !== undefined ? `#${hash}` : '');
}
