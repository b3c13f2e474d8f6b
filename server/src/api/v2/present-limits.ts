/** The limits of a function as `/v2` shows them: what the code says, and what people have set over it. Pure. */
import type { KnownFunction } from "../../domain/app.ts";
import type { ConcurrencyLimit } from "../../domain/flow.ts";
import { entryOf, type LimitControl, type LimitOverride } from "../../domain/limit-override.ts";
import type { FunctionLimitAnswer, LimitOverrideAnswer, LimitValueAnswer } from "../answers.ts";
import { iso } from "../moment.ts";

interface Coded {
  control: LimitControl;
  entry: string;
  key: string | null;
  scope: ConcurrencyLimit["scope"] | null;
  code: LimitValueAnswer;
}

function codedLimits({ flow }: KnownFunction): Coded[] {
  const ofConcurrency = (control: "concurrency" | "runConcurrency"): Coded[] =>
    flow[control].map((one) => ({
      control,
      entry: entryOf(one),
      key: one.key,
      scope: one.scope,
      code: { limit: one.limit, periodMs: null, burst: null },
    }));
  const { throttle, rateLimit } = flow;
  const paced: Coded[] = [];
  if (throttle !== null) {
    const { limit, periodMs, burst, key } = throttle;
    paced.push({ control: "throttle", entry: "", key, scope: null, code: { limit, periodMs, burst } });
  }
  if (rateLimit !== null) {
    const { limit, periodMs, key } = rateLimit;
    paced.push({ control: "rateLimit", entry: "", key, scope: null, code: { limit, periodMs, burst: null } });
  }
  return [...ofConcurrency("concurrency"), ...ofConcurrency("runConcurrency"), ...paced];
}

const isOf = (override: LimitOverride, { control, entry }: Pick<Coded, "control" | "entry">): boolean =>
  override.control === control && override.entry === entry;

const amountOf = ({ limit, periodMs, burst }: LimitOverride): LimitValueAnswer => ({ limit, periodMs, burst });

const byWhom = ({ reason, author, at }: LimitOverride) => ({ reason, author, setAt: iso(at) });

/** One that names a key of which the code knows nothing any more holds nothing back. */
const holds = (override: LimitOverride, coded: readonly Coded[]): boolean =>
  override.entry === "" || coded.some((one) => isOf(override, one));

export function presentLimits(fn: KnownFunction): FunctionLimitAnswer[] {
  const overrides = fn.overrides ?? [];
  const coded = codedLimits(fn);
  const known = coded.map(({ control, entry, key, scope, code }): FunctionLimitAnswer => {
    const override = overrides.find((one) => isOf(one, { control, entry }));
    const set = override === undefined ? null : byWhom(override);
    return { control, entry, key, scope, code, now: override === undefined ? code : amountOf(override), set };
  });
  const added = overrides
    .filter((override) => !coded.some((one) => isOf(override, one)))
    .map((override): FunctionLimitAnswer => {
      const { control, entry } = override;
      const now = holds(override, coded) ? amountOf(override) : null;
      return { control, entry, key: entry === "" ? null : entry, scope: null, code: null, now, set: byWhom(override) };
    });
  return [...known, ...added];
}

/** `fn`: null when nobody knows it any more. */
export function presentOverride(override: LimitOverride, fn: KnownFunction | null): LimitOverrideAnswer {
  const coded = fn === null ? [] : codedLimits(fn);
  const code = coded.find((one) => isOf(override, one))?.code ?? null;
  const { control, entry } = override;
  return {
    function: fn?.slug ?? override.functionId,
    control,
    entry,
    ...amountOf(override),
    code,
    isHeld: fn !== null && fn.archivedAt === null && holds(override, coded),
    ...byWhom(override),
  };
}
