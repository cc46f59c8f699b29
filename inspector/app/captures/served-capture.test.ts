import { describe, expect, it } from 'vitest';
import { servedPath } from './served-capture.ts';

const HERE = 'http://127.0.0.1:8080';

describe('a capture of this server', () => {
  it.each([
    ['tls13', '/docs/recordings/tls13.pcapng'],
    ['tls13.pcapng', '/docs/recordings/tls13.pcapng'],
    ['/api/capture?keys=false', '/api/capture?keys=false'],
    ['/docs/../a.pcapng', '/a.pcapng'],
  ])('%s is at %s', (named, path) => {
    expect(servedPath(named, HERE)).toEqual({ path });
  });

  it.each([
    '//example.test/a.pcapng',
    '/\\example.test/a.pcapng',
    '/\t/example.test/a.pcapng',
    'http://example.test/a.pcapng',
    'http://127.0.0.1:8080@example.test/a',
    'javascript:alert(1)',
    'data:text/plain,x',
    '../a.pcapng',
    '',
  ])('%j is refused', (named) => {
    expect(servedPath(named, HERE)).toHaveProperty('fault');
  });
});
