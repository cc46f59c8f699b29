/** IP datagrams put together out of their fragments (RFC 791 §3.2, RFC 8200 §4.5). */
import { CAPS } from './caps.ts';

export interface Fragment {
  /** Names the datagram: addresses, identification and protocol. */
  readonly key: string;
  /** Where in the datagram's payload it belongs. */
  readonly offset: number;
  /** False for the last one. */
  readonly more: boolean;
  readonly bytes: Uint8Array;
  /** Packets that it came in: more than one when a tunnel's packets were cut up in turn. */
  readonly packets: number;
}

interface Datagram {
  readonly parts: Fragment[];
  /** Bytes of all parts, overlapping ones counted each time. */
  held: number;
  /** Known once the last fragment has come. */
  total?: number;
}

export class Fragments {
  readonly #datagrams = new Map<string, Datagram>();
  #held = 0;
  #abandoned = 0;

  /** The payload of the datagram that this fragment completes, and how many packets it took. */
  add(fragment: Fragment): { readonly bytes: Uint8Array; readonly packets: number } | undefined {
    const datagram = this.#datagrams.get(fragment.key) ?? { parts: [], held: 0 };
    this.#datagrams.set(fragment.key, datagram);
    datagram.parts.push(fragment);
    datagram.held += fragment.bytes.length;
    this.#held += fragment.bytes.length;
    if (!fragment.more) datagram.total ??= fragment.offset + fragment.bytes.length;
    const whole = assembled(datagram);
    if (whole) this.#forget(fragment.key, datagram);
    else this.#keepToCaps(fragment.key, datagram);
    return whole && { bytes: whole, packets: packetsOf(datagram) };
  }

  /** Packets with fragments whose datagram never became whole. */
  get left(): number {
    let waiting = 0;
    for (const datagram of this.#datagrams.values()) waiting += packetsOf(datagram);
    return waiting + this.#abandoned;
  }

  #keepToCaps(key: string, datagram: Datagram): void {
    if (datagram.parts.length >= CAPS.fragments) this.#abandon(key, datagram);
    while (this.#datagrams.size > CAPS.fragmented || this.#held > CAPS.fragmentBytes) {
      const [oldest] = this.#datagrams;
      if (!oldest) return;
      this.#abandon(...oldest);
    }
  }

  #abandon(key: string, datagram: Datagram): void {
    this.#abandoned += packetsOf(datagram);
    this.#forget(key, datagram);
  }

  #forget(key: string, datagram: Datagram): void {
    this.#held -= datagram.held;
    this.#datagrams.delete(key);
  }
}

function packetsOf({ parts }: Datagram): number {
  return parts.reduce((sum, { packets }) => sum + packets, 0);
}

/** Where fragments overlap, the one that begins earlier counts, and of two at one place the one that came first. */
function assembled({ parts, held, total }: Datagram): Uint8Array | undefined {
  if (total === undefined || held < total) return undefined;
  const inOrder = parts.toSorted((a, b) => a.offset - b.offset);
  const whole = new Uint8Array(total);
  let filled = 0;
  for (const { offset, bytes } of inOrder) {
    if (offset > filled) return undefined;
    const fresh = bytes.subarray(filled - offset, total - offset);
    whole.set(fresh, filled);
    filled += fresh.length;
  }
  return filled === total ? whole : undefined;
}
