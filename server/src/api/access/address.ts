/** From where a request comes: its address, through proxies that are trusted. Used for tries to sign in and the audit log. */
import { BlockList, isIP } from "node:net";
import { EngineError } from "../../domain/error.ts";
import { type ApiContext, requestHeader } from "../api-parts.ts";

/** Null: it is not known, as for requests within the process. */
export type AddressOf = (c: ApiContext) => string | null;

const kindOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** `192.0.2.7`, and not `::ffff:192.0.2.7` or `[::1]:443`. Null when it is no address. */
function toAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(bare) === 0 ? null : bare;
}

/** @throws EngineError `invalid_config` */
function toTrusted(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of ["127.0.0.0/8", "::1/128", ...proxies]) {
    const [address = "", bits] = proxy.split("/");
    const prefix = bits === undefined ? (isIP(address) === 6 ? 128 : 32) : Number(bits);
    const isValid =
      isIP(address) !== 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= (isIP(address) === 6 ? 128 : 32);
    if (!isValid)
      throw new EngineError(
        "invalid_config",
        `The trusted proxy "${proxy}" is no address: expected one like 10.0.0.7 or 10.0.0.0/8.`,
      );
    list.addSubnet(address, prefix, kindOf(address));
  }
  return list;
}

/**
 * What a proxy says of who asked it is believed of proxies of this machine, and of `proxies`: addresses or networks. Anyone
 * else could write what they like into that header.
 */
export function createAddressOf(proxies: readonly string[]): AddressOf {
  const trusted = toTrusted(proxies);
  const isTrusted = (address: string): boolean => trusted.check(address, kindOf(address));
  return (c) => {
    if (c.env?.from !== undefined) return c.env.from;
    const peer = toAddress(c.env?.incoming?.socket.remoteAddress ?? "");
    if (peer === null || !isTrusted(peer)) return peer;
    const said = (requestHeader(c, "x-forwarded-for") ?? "").split(",").reverse();
    let address = peer;
    for (const text of said) {
      const next = toAddress(text);
      if (next === null) return address;
      address = next;
      if (!isTrusted(next)) return address;
    }
    return address;
  };
}
