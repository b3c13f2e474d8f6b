/** The log that our SDK gives along with an answer, taken apart from the answer itself. Called by read-answer and by callers. Pure. */
import { headerKeys, limits, logsBefore, logsBetween } from "stepwell/protocol";
import { readLogged } from "../core/wire/logged-lines.ts";
import type { CallLog } from "../domain/run/run-log.ts";
import { type HttpAnswer, headerOf } from "./http-exchange.ts";

/** Null when the answer has none. */
function takeText({ headers, body }: HttpAnswer): { logs: string; own: string } | null {
  const length = Number(headerOf(headers, headerKeys.logs) ?? "");
  const end = logsBefore.length + length;
  if (!Number.isSafeInteger(length) || length <= 0) return null;
  if (!body.startsWith(logsBefore) || !body.startsWith(logsBetween, end) || !body.endsWith("}")) return null;
  return { logs: body.slice(logsBefore.length, end), own: body.slice(end + logsBetween.length, -1) };
}

/** The answer as it is without its log, which is null when it has none. */
export function takeLogs(answer: HttpAnswer): { answer: HttpAnswer; logs: CallLog | null } {
  const taken = takeText(answer);
  if (taken === null) return { answer, logs: null };
  const own = { ...answer, body: taken.own };
  try {
    return { answer: own, logs: readLogged(JSON.parse(taken.logs)) };
  } catch {
    return { answer: own, logs: null };
  }
}

/** What a log may take beside the answer that it comes with: an answer as large as it may be has one, too. */
export const logSlackBytes: number = 4 * limits.logLengthAtOnce;

/** Bytes of an answer without its log. */
export function answerBytes(answer: HttpAnswer): number {
  return Buffer.byteLength(takeText(answer)?.own ?? answer.body);
}
