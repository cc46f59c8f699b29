/** The addresses of this machine by which others reach it, the likeliest first. */
import { isIPv4 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Names, on Linux, macOS and Windows, of interfaces that lead into this machine or into a network with few others:
 * containers, virtual machines, tunnels.
 */
const VIRTUAL =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|vnet|lxc|lxd|cni|flannel|cali|podman|kube|nerdctl|tun|tap|utun|wg|zt|tailscale|ppp|ipsec|gif|stf|awdl|llw|bridge|anpi|dummy|ifb)|vethernet|virtualbox|vmware|hyper-v|wsl|loopback|teredo|isatap/i;

/** Names of the interfaces that people use: cable and wireless. */
const USUAL = /^(en|eth|wl|ww|em|p\d+p|ethernet|wi-?fi|wlan|lan)/i;

/** IPv4 comes before IPv6, because it is shorter to type; addresses that are valid on one link only are left out. */
export function reachableAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  const rows = Object.entries(interfaces).flatMap(([name, list = []]) =>
    list
      .filter(({ internal, address }) => !internal && !isLinkLocal(address))
      .map(({ address }) => ({ address, rank: rankOf(name) + (isIPv4(address) ? 0 : 1) })),
  );
  // Sorting is stable: equal ranks stay in the system's order.
  return rows.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
}

function rankOf(name: string): number {
  if (VIRTUAL.test(name)) return 20;
  return USUAL.test(name) ? 0 : 10;
}

/** RFC 3927 and RFC 4291 §2.5.6. */
function isLinkLocal(address: string): boolean {
  return /^(169\.254\.|fe[89ab])/i.test(address);
}
