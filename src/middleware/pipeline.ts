/**
 * Turns a list of middleware into the hooks of one request: transforms run first to last, wrappers nest with the first
 * outermost, observers run first to last and cannot fail a run. Reached through the middleware itself (open-pipeline).
 */
import { toError } from "../errors/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import type { MiddlewareHooks } from "./hook-args.ts";
import type { ExecutionHooks, FunctionInput, StepGuard } from "./hooks.ts";
import type { MiddlewareClient, Pipeline, PipelineOwner } from "./open-pipeline.ts";
import { StepDriver } from "./step-driver.ts";
import { fromHookResponse, toHookResponse, toRequestArgs } from "./wrap-request.ts";

/** What stands in a list, as the pipeline needs it. */
export interface PipelineEntry {
  /** Takes all of a list that need one adapter between them, so that their phases can interleave. */
  "~join"?(list: readonly PipelineEntry[], owner: PipelineOwner): MiddlewareHooks;
}

type HookName = Exclude<keyof MiddlewareHooks, "id">;
type Hook = (args: object) => unknown;
type Call = (args: object) => Promise<unknown>;
type Next = () => Promise<unknown>;

/** What observers are told beside the step or the run. */
const OBSERVERS: readonly (readonly [HookName, ...string[]])[] = [
  ["onRunStart"],
  ["onMemoizationEnd"],
  ["onRunComplete", "output"],
  ["onRunError", "error", "isFinalAttempt"],
  ["onStepStart"],
  ["onStepComplete", "output"],
  ["onStepError", "error", "isFinalAttempt"],
];

/** Builds the pipeline of one request or send. */
export function createPipeline(list: readonly PipelineEntry[], owner: PipelineOwner): Pipeline {
  const members = toMembers(list, owner);
  const having = (name: HookName): MiddlewareHooks[] => members.filter((member) => typeof member[name] === "function");
  const transformSend = transform(having("transformSendEvent"), "transformSendEvent", ["events"], true);
  const { fn } = owner;
  const hooks = fn === null ? {} : toExecutionHooks(having, owner);
  return {
    hooks,
    drive: (context, port, storage) => new StepDriver(hooks, context, port, storage),
    async wrapRequest(request, next) {
      const wrappers = having("wrapRequest");
      if (wrappers.length === 0) return next();
      const args = { ...toRequestArgs(request), fn };
      return fromHookResponse(await wrap(wrappers, "wrapRequest", args, async () => toHookResponse(await next())));
    },
    async wrapSend(given, normalise, send) {
      // Sending says what is wrong with them; middleware may count on events.
      if (given.some((event) => typeof event !== "object" || event === null)) return send(normalise(given));
      const changed = (await transformSend({ events: given, fn })) as { events: typeof given };
      const events = normalise(changed.events);
      if (events.length === 0) return send(events);
      const sent = wrap(having("wrapSendEvent"), "wrapSendEvent", { events, fn }, () => send(events));
      return sent as ReturnType<typeof send>;
    },
  };
}

function toMembers(list: readonly PipelineEntry[], owner: PipelineOwner): MiddlewareHooks[] {
  const members: MiddlewareHooks[] = [];
  let joined = false;
  for (const entry of list) {
    const join = entry["~join"];
    if (join === undefined) {
      const Class = entry as unknown as new (args: { client: MiddlewareClient }) => MiddlewareHooks;
      members.push(new Class({ client: owner.client }));
    } else if (!joined) {
      joined = true;
      members.push(join.call(entry, list, owner));
    }
  }
  return members;
}

/** Only the hooks that some middleware has: what is absent costs the replay machine nothing. */
function toExecutionHooks(having: (name: HookName) => MiddlewareHooks[], owner: PipelineOwner): ExecutionHooks {
  const { fn } = owner;
  const hooks: Record<string, unknown> = {};
  const add = (name: HookName, make: (members: MiddlewareHooks[]) => unknown): void => {
    const members = having(name);
    if (members.length > 0) hooks[name] = make(members);
  };
  add("transformFunctionInput", (members) => {
    const call = transform(members, "transformFunctionInput", ["ctx", "steps"]);
    return async (input: FunctionInput): Promise<FunctionInput> => {
      const { ctx, steps } = (await call({ ...input, steps: toTyped(input.steps), fn })) as unknown as FunctionInput;
      return { ctx, steps: withChangedData(input.steps, steps) };
    };
  });
  add("transformStepInput", (members) => {
    const call = transform(members, "transformStepInput", ["stepOptions", "input"]);
    return (input: object) => call({ ...input, fn });
  });
  add("wrapFunctionHandler", (members) => (ctx: object, next: Next) => {
    return wrap(members, "wrapFunctionHandler", { ctx, fn }, next);
  });
  add("wrapStep", (members) => (moment: object, next: Next, guard: StepGuard) => {
    const around = (member: MiddlewareHooks, inner: Next): Promise<unknown> =>
      guard.around(member, (next) => callWrapper(member, "wrapStep", { ...moment, fn }, next), inner);
    return onion(
      members.filter((member) => !guard.skips(member)),
      around,
      next,
    );
  });
  add("wrapStepHandler", (members) => (moment: object, next: Next) => {
    return wrap(members, "wrapStepHandler", { ...moment, fn }, next);
  });
  const late = having("~readsInNextCall");
  if (late.length > 0)
    hooks["readsInNextCall"] = (id: string) => late.some((member) => member["~readsInNextCall"]?.(id));
  const readers = having("~readResult");
  if (readers.length > 0) {
    hooks["readResult"] = async (value: unknown) => {
      let read = value;
      for (const member of readers) read = await member["~readResult"]?.(read);
      return read;
    };
  }
  for (const [name, ...keys] of OBSERVERS) {
    add(name, (members) => (subject: object, ...values: unknown[]) => {
      const args: Record<string, unknown> = name.startsWith("onStep") ? { ...subject, fn } : { ctx: subject, fn };
      for (const [index, key] of keys.entries()) args[key] = values[index];
      if ("error" in args) args["error"] = toError(args["error"], name === "onStepError" ? String : undefined);
      return notify(members, name, args, owner.client);
    });
  }
  return hooks;
}

/** @param mayBeSilent whether a hook that returns nothing changes nothing. */
function transform(members: MiddlewareHooks[], name: HookName, kept: readonly string[], mayBeSilent = false): Call {
  return async (args) => {
    let current = args;
    for (const member of members) {
      const given = (await (member[name] as Hook)(current)) as Record<string, unknown> | undefined;
      if (given === undefined && mayBeSilent) continue;
      if (typeof given !== "object" || given === null || kept.some((key) => !(key in given))) {
        throw new TypeError(
          `Middleware "${member.id}": ${name} must return an object with ${kept.map((key) => `\`${key}\``).join(" and ")}, such as its argument, but returned ${given === null ? "null" : typeof given}.`,
        );
      }
      current = { ...current, ...given };
    }
    return current;
  };
}

function wrap(members: MiddlewareHooks[], name: HookName, args: object, innermost: Next): Promise<unknown> {
  return onion(members, (member, next) => callWrapper(member, name, args, next), innermost);
}

function onion(
  members: readonly MiddlewareHooks[],
  around: (member: MiddlewareHooks, next: Next) => Promise<unknown>,
  innermost: Next,
): Promise<unknown> {
  return members.reduceRight(
    (next: Next, member): Next =>
      () =>
        around(member, next),
    innermost,
  )();
}

/** A hook may do without what `next()` came to: if that is an error, it must not end the process. */
async function callWrapper(member: MiddlewareHooks, name: HookName, args: object, next: Next): Promise<unknown> {
  return (member[name] as Hook)({
    ...args,
    next: () => {
      const result = next();
      result.catch(() => {});
      return result;
    },
  });
}

/** Never rejects: an observer cannot fail a run, nor can a logger that fails to tell of it. */
async function notify(
  members: MiddlewareHooks[],
  name: HookName,
  args: object,
  client: MiddlewareClient,
): Promise<void> {
  for (const member of members) {
    try {
      await (member[name] as Hook)(args);
    } catch (err) {
      try {
        (client.internalLogger ?? client.logger).error(
          { err, hook: name, mw: member.id },
          `Middleware "${member.id}": ${name} threw. The run goes on.`,
        );
      } catch {
        // There is nowhere left to say so.
      }
    }
  }
}

/** Middleware may say what remembered steps gave, and change nothing else of what is remembered. */
function withChangedData(
  steps: Record<string, MemoizedStep>,
  changed: Record<string, MemoizedStep>,
): Record<string, MemoizedStep> {
  const result = { ...steps };
  for (const [id, step] of Object.entries(steps)) {
    const before = typedStep(step) as { type: string; data?: unknown };
    const after = changed[id] as { type?: unknown; data?: unknown } | undefined;
    const isChanged = after?.type === "data" && (before.type !== "data" || after.data !== before.data);
    if (isChanged) result[id] = { type: "data", data: after.data };
  }
  return result;
}

/** Middleware sees remembered steps in one form, whatever form they travelled in. */
function toTyped(steps: Record<string, MemoizedStep>): Record<string, MemoizedStep> {
  const typed: Record<string, MemoizedStep> = {};
  for (const [id, step] of Object.entries(steps)) typed[id] = typedStep(step);
  return typed;
}

function typedStep(step: unknown): MemoizedStep {
  if (typeof step !== "object" || step === null) return { type: "data", data: step };
  const { type, error } = step as { type?: unknown; error?: unknown };
  if (typeof type === "string") return step as MemoizedStep;
  if (error !== undefined && error !== null) return { type: "error", error } as MemoizedStep;
  // An awaited event is remembered bare, and has data of its own.
  return "data" in step && !("name" in step) ? { type: "data", data: step.data } : { type: "data", data: step };
}
