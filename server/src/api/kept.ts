/** An answer that takes work, given to everyone for a while. Called by routes that open pages ask again and again. */
import type { Clock } from "../ports/clock.ts";

/** What fails is not kept: who asks next has it tried again. */
export function keptFor<T>(ms: number, clock: Clock, work: () => Promise<T>): () => Promise<T> {
  let known: { at: number; answer: Promise<T> } | null = null;
  return () => {
    const now = clock.now();
    if (known === null || now - known.at >= ms) {
      const answer = work();
      known = { at: now, answer };
      answer.catch(() => {
        known = null;
      });
    }
    return known.answer;
  };
}
