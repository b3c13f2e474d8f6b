/**
 * SHA-1, at once and small: Web Crypto's takes a promise, which a step call has no time for. Names steps, protects nothing.
 * Source: FIPS 180-4 §6.1. Called by step-id alone.
 */

const WORDS = 80;
/** The first two words of the beginning; the next two are their complements. */
const H0 = 0x67452301;
const H1 = 0xefcdab89;
const encoder = new TextEncoder();
/** Used anew for each block. */
const w = new Int32Array(WORDS);

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The digest of a text's UTF-8 bytes, as five 32-bit words. */
export function sha1(text: string): Int32Array {
  const bytes = encoder.encode(text);
  // The bytes, a single one bit, zeros, and the length in bits as the last of the block's 64-bit words.
  const block = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64));
  new Uint8Array(block.buffer).set(bytes);
  block.setUint8(bytes.length, 0x80);
  block.setUint32(block.byteLength - 4, bytes.length * 8);
  const state = new Int32Array([H0, H1, ~H0, ~H1, 0xc3d2e1f0]);
  for (let at = 0; at < block.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + i * 4);
    mix(state);
  }
  return state;
}

/** Works the block in `w` into the state. */
function mix(state: Int32Array): void {
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
  const start = [a, b, c, d, e];
  for (let i = 0; i < WORDS; i++) {
    if (i > 15)
      w[i] = rotate((w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number), 1);
    let mixed = b ^ c ^ d;
    if (i < 20) mixed = (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (i < 40) mixed += 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else mixed += 0xca62c1d6;
    mixed = (rotate(a, 5) + mixed + e + (w[i] as number)) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = mixed;
  }
  state.set([a, b, c, d, e].map((word, i) => word + (start[i] as number)));
}
