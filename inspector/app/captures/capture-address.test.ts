import { describe, expect, it } from 'vitest';
import { addressWith, isNamedIn, namedIn } from './capture-address.ts';

const SERVED = { kind: 'capture', name: 'tls13' } as const;
const OWN = { kind: 'file', name: 'my night & day.pcap' } as const;

describe('the capture in an address', () => {
  it('is one that the server serves, or a file', () => {
    expect(namedIn('?capture=tls13')).toEqual(SERVED);
    expect(namedIn('?file=my%20night%20%26%20day.pcap')).toEqual(OWN);
    expect(namedIn('?other=1')).toBeUndefined();
    expect(isNamedIn('?capture=tls13', SERVED)).toBe(true);
    expect(isNamedIn('?file=tls13', SERVED)).toBe(false);
  });

  it('is put into the address of a view that can show it, with what the view showed of it', () => {
    expect(addressWith('/inspect', OWN)).toBe('/inspect?file=my%20night%20%26%20day.pcap');
    expect(addressWith('/inspect?capture=tls13#record=3.1', SERVED)).toBe(
      '/inspect?capture=tls13#record=3.1',
    );
    expect(addressWith('/', SERVED)).toBe('/');
    expect(addressWith('/chat', SERVED)).toBe('/chat');
  });

  it('does not keep the records of another capture', () => {
    expect(addressWith('/inspect?capture=tls13#record=3.1', OWN)).toBe(addressWith('/inspect', OWN));
    expect(addressWith('/inspect#record=3.1', SERVED)).toBe('/inspect?capture=tls13');
    expect(addressWith('/inspect?capture=tls13#record=3.1', undefined)).toBe('/inspect');
    expect(addressWith('/pictures#picture=keys', SERVED)).toBe('/pictures?capture=tls13#picture=keys');
    expect(addressWith('/pictures?capture=tls13#picture=keys', undefined)).toBe('/pictures#picture=keys');
  });
});
