/**
 * The keys of an operation and of a checkpoint, and their spelling by other SDKs. Called by transport of answers and by
 * checkpoint, for each operation: one that is spelled as it should be is only looked over.
 * Recordings: test/protocol/fixtures.
 *
 * Main file of the room `wire`. How others write what they send: spellings, fields, what travels beside an event.
 * Reads and refuses, decides nothing.
 */
import { isOpcode, opcodes } from "stepwell/protocol";
import { isSpelled, keysOf, respell, type Shape, toWord } from "./spelling.ts";

const payload = keysOf("data user meta v");
const opts = keysOf(
  "duration event if timeout signal conflict function_id parallelMode input type url method headers body auth_key format publish",
  { payload, retries: keysOf("attempts") },
);

const operationShape: Shape = keysOf("op id name displayName data", {
  opts,
  userland: keysOf("id index"),
  error: keysOf("name message stack data noRetry cause code __serialized error"),
  timing: keysOf("a b"),
  metadata: keysOf("kind scope op values"),
});

const checkpointShape: Shape = keysOf(
  "run_id fn_id app_id qi_id request_id generation_id request_started_at ts steps logs",
);

/** The same object when there is nothing to mend. */
export function respellOperation(item: unknown): unknown {
  const spelled = isSpelled(item, operationShape) ? item : respell(item, operationShape);
  if (typeof spelled !== "object" || spelled === null || !("op" in spelled) || isOpcode(spelled.op)) return spelled;
  return { ...spelled, op: toWord(spelled.op, opcodes) };
}

/** The frame of a checkpoint; its operations are read one by one. */
export function respellCheckpoint(body: unknown): unknown {
  return isSpelled(body, checkpointShape) ? body : respell(body, checkpointShape);
}
