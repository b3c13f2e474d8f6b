/**
 * Passwords: what is kept of one, and whether it is the right one. Scrypt makes each guess expensive, in time and in memory, and
 * so makes each sign-in; few are worked out at once, so that those who try cannot use up the machine. Used by users.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { EngineError } from "../../domain/error.ts";

export interface PasswordCost {
  /** A power of two: memory and time grow with it. */
  n: number;
  p: number;
}

export interface Passwords {
  /** @throws EngineError `too_many_tries` while too many others are worked out */
  hash(password: string): Promise<string>;
  /** `stored`: null for a user that there is not; it takes as long. @throws EngineError `too_many_tries` */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** 32 MiB, three times: what OWASP recommends (Password Storage Cheat Sheet). */
const standardCost: PasswordCost = { n: 2 ** 15, p: 3 };
const blockSize = 8;
const keyLength = 32;
const saltLength = 16;
/** Worked out at once, and waiting for that. */
const atOnce = 2;
const waitingMax = 20;

function derive(password: string, salt: Buffer, { n, p }: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r: blockSize, p, maxmem: 256 * n * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, keyLength, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** Lets few go at once, in their order. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy >= atOnce) {
      if (waiting.length >= waitingMax)
        throw new EngineError("too_many_tries", "Too many people sign in at this moment. Try again in a few seconds.");
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}

/** @param cost what a new hash costs. Default: enough. */
export function createPasswords(cost: PasswordCost = standardCost): Passwords {
  const inTurn = createTurns();
  const nobody = { cost, salt: randomBytes(saltLength), key: randomBytes(keyLength) };
  const parse = (stored: string): typeof nobody => {
    const [, n = "", p = "", salt = "", key = ""] = stored.split("$");
    return {
      cost: { n: Number(n), p: Number(p) },
      salt: Buffer.from(salt, "base64url"),
      key: Buffer.from(key, "base64url"),
    };
  };
  return {
    async hash(password) {
      const salt = randomBytes(saltLength);
      const key = await inTurn(() => derive(password, salt, cost));
      return ["scrypt", cost.n, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$");
    },
    async verify(password, stored) {
      const known = stored === null ? nobody : parse(stored);
      const key = await inTurn(() => derive(password, known.salt, known.cost));
      return timingSafeEqual(key, known.key) && stored !== null;
    },
  };
}
