/**
 * XSalsa20-Poly1305 and BLAKE2b-256, as libsodium's `crypto_secretbox_easy` and `crypto_generichash` compute them, for
 * values that @inngest/middleware-encryption shares with us. Called by the encryption service. Pure.
 * Source: https://cr.yp.to/snuffle/xsalsa-20110204.pdf, https://cr.yp.to/mac/poly1305-20050329.pdf, RFC 7693.
 */

const NONCE_BYTES = 24;
const MAC_BYTES = 16;
const BLOCK_BYTES = 64;
/** "expand 32-byte k" as words. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Which words each quarter-round works on: columns, then rows. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

const wordsOf = (bytes: Uint8Array): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
};

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  return bytes;
}

/** The words of a key and an input of four words, where Salsa20 has them. */
function stateOf(key: readonly number[], input: readonly number[]): Uint32Array {
  const [s0, s1, s2, s3] = SIGMA;
  return Uint32Array.from([s0, ...key.slice(0, 4), s1, ...input, s2, ...key.slice(4), s3]);
}

/** Twenty rounds, in place. */
function mix(state: Uint32Array): Uint32Array {
  const step = (to: number, from: number, and: number, bits: number): void => {
    state[to] = (state[to] as number) ^ rotate(((state[from] as number) + (state[and] as number)) | 0, bits);
  };
  for (let round = 0; round < 10; round++) {
    for (const [a, b, c, d] of QUARTERS) {
      step(b, a, d, 7);
      step(c, b, a, 9);
      step(d, c, b, 13);
      step(a, d, c, 18);
    }
  }
  return state;
}

/** The stream that XSalsa20 makes of a key and a nonce. */
function stream(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const nonceWords = wordsOf(nonce);
  const mixed = mix(stateOf(wordsOf(key), nonceWords.slice(0, 4)));
  const subkey = [0, 5, 10, 15, 6, 7, 8, 9].map((index) => mixed[index] as number);
  const out = new Uint8Array(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
  for (let block = 0; block * BLOCK_BYTES < length; block++) {
    const state = stateOf(subkey, [...nonceWords.slice(4), block, 0]);
    const start = Uint32Array.from(state);
    const words = Array.from(mix(state), (word, index) => (word + (start[index] as number)) >>> 0);
    out.set(bytesOf(words), block * BLOCK_BYTES);
  }
  return out.subarray(0, length);
}

function numberOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 16) return view.getBigUint64(0, true) | (view.getBigUint64(8, true) << 64n);
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytesOfNumber(number: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((number >> BigInt(index * 8)) & 0xffn));
}

const PRIME = (1n << 130n) - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

function poly1305(key: Uint8Array, message: Uint8Array): Uint8Array {
  const r = numberOf(key.subarray(0, 16)) & CLAMP;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + numberOf(block) + (1n << BigInt(block.length * 8))) * r) % PRIME;
  }
  return bytesOfNumber(sum + numberOf(key.subarray(16, 32)), MAC_BYTES);
}

const xor = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((byte, index) => byte ^ (other[index] as number));

/** @returns the nonce, then the box. */
export function sealBox(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Uint8Array {
  const keys = stream(key, nonce, 32 + message.length);
  const sealed = xor(message, keys.subarray(32));
  const box = new Uint8Array(NONCE_BYTES + MAC_BYTES + message.length);
  box.set(nonce);
  box.set(poly1305(keys, sealed), NONCE_BYTES);
  box.set(sealed, NONCE_BYTES + MAC_BYTES);
  return box;
}

/** @returns null when another key made it, or it was altered. */
export function openBox(key: Uint8Array, box: Uint8Array): Uint8Array | null {
  if (box.length < NONCE_BYTES + MAC_BYTES) return null;
  const nonce = box.slice(0, NONCE_BYTES);
  const mac = box.subarray(NONCE_BYTES, NONCE_BYTES + MAC_BYTES);
  const sealed = box.subarray(NONCE_BYTES + MAC_BYTES);
  const keys = stream(key, nonce, 32 + sealed.length);
  // All bytes are looked at, so that the time that it takes tells nothing.
  const difference = xor(mac, poly1305(keys, sealed)).reduce((all, byte) => all | byte, 0);
  return difference === 0 ? xor(sealed, keys.subarray(32)) : null;
}

const MASK = (1n << 64n) - 1n;
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
] as const;
const ORDERS = [
  "0123456789abcdef",
  "ea489fd61c02b753",
  "b8c052fdae367194",
  "7931dcbe265a40f8",
  "905724afe1bc683d",
  "2c6a0b834d75fe19",
  "c51fed4a0763928b",
  "db7ec13950f4862a",
  "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
] as const;
const COLUMNS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

const turn = (word: bigint, bits: bigint): bigint => ((word >> bits) | (word << (64n - bits))) & MASK;

/** BLAKE2b with 32 bytes of output and no key. */
export function blake2b256(message: Uint8Array): Uint8Array {
  const state: bigint[] = [...IV];
  state[0] = IV[0] ^ 0x01010020n;
  for (let at = 0; at === 0 || at < message.length; at += 128) {
    const end = Math.min(message.length, at + 128);
    const block = new Uint8Array(128);
    block.set(message.subarray(at, end));
    compress(state, block, BigInt(end), end === message.length);
  }
  const out = new Uint8Array(32);
  for (let index = 0; index < 4; index++) out.set(bytesOfNumber(state[index] as bigint, 8), index * 8);
  return out;
}

function compress(state: bigint[], block: Uint8Array, count: bigint, isLast: boolean): void {
  const words = Array.from({ length: 16 }, (_, index) => numberOf(block.subarray(index * 8, index * 8 + 8)));
  const v = [...state, ...IV];
  v[12] = (v[12] as bigint) ^ count;
  if (isLast) v[14] = (v[14] as bigint) ^ MASK;
  for (let round = 0; round < 12; round++) {
    const order = ORDERS[round % 10] as string;
    for (const [index, [a, b, c, d]] of COLUMNS.entries()) {
      const word = (offset: number): bigint =>
        words[Number.parseInt(order[index * 2 + offset] as string, 16)] as bigint;
      const half = (offset: number, right: bigint, left: bigint): void => {
        v[a] = ((v[a] as bigint) + (v[b] as bigint) + word(offset)) & MASK;
        v[d] = turn((v[d] as bigint) ^ (v[a] as bigint), right);
        v[c] = ((v[c] as bigint) + (v[d] as bigint)) & MASK;
        v[b] = turn((v[b] as bigint) ^ (v[c] as bigint), left);
      };
      half(0, 32n, 24n);
      half(1, 16n, 63n);
    }
  }
  for (let index = 0; index < 8; index++) {
    state[index] = (state[index] as bigint) ^ (v[index] as bigint) ^ (v[index + 8] as bigint);
  }
}
