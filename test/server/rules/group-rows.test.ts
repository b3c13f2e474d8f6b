/**
 * A group of transitions over one set, as Postgres decides them, leaves the rows that each leaves over a set of its own: what a member
 * asks for is what is stored, less what the members before it have taken, plus what they have put.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Claim, CommitResult } from "../../../server/src/domain/commit-result.ts";
import { toComparableJson } from "../../../server/src/domain/stored-json.ts";
import type { Transition } from "../../../server/src/domain/transition.ts";
import { applyGroup, type Member } from "../../../server/src/rules/apply-transition.ts";
import { changesRegistry } from "../../../server/src/rules/changes.ts";
import { freeExpired, leaseDue, promoteDue } from "../../../server/src/rules/turns/lease-due.ts";
import { openWorkingSet, type WorkingSet } from "../../../server/src/rules/working-set.ts";
import { t0 } from "../../conformance/store-records.ts";
import { runs } from "../../helpers/runs.ts";
import { arraySource, emptyTables, type Tables } from "./array-source.ts";
import { applyChanges } from "./array-writer.ts";
import { fits, type Move, move } from "./random-transitions.ts";

/** No random transition is of a later time. */
const lastAt = t0 + 3_000;

class Rows {
  readonly tables: Tables = emptyTables();
  virtualTime = 0;
  registryVersion = 0;

  decide<T>(work: (set: WorkingSet) => T): T {
    const set = openWorkingSet(arraySource(this.tables), this);
    const result = work(set);
    const changes = set.changes();
    applyChanges(this.tables, changes);
    this.virtualTime = set.virtualTime;
    if (changesRegistry(changes)) this.registryVersion += 1;
    return result;
  }

  lease(request: Claim): unknown {
    this.decide((set) => freeExpired(set, request.now));
    this.decide((set) => promoteDue(set, request.now));
    return this.decide((set) => leaseDue(set, request));
  }
}

/** Of limits that say nothing any more some are forgotten with each start, and which ones is no matter. */
function withoutOld({ rateLimits, rateLimitHits, ...tables }: Tables): Tables {
  const kept = rateLimits.filter(({ expiresAt }) => expiresAt > lastAt);
  const hits = rateLimitHits.filter(({ key }) => kept.some((limit) => limit.key === key));
  return { ...tables, rateLimits: kept, rateLimitHits: hits };
}

/** Whatever their order is. */
function contentOf(tables: Tables): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(withoutOld(tables)).map(([name, rows]) => [name, (rows as unknown[]).map(toComparableJson).sort()]),
  );
}

function play(moves: readonly Move[], size: number): void {
  const [alone, together] = [new Rows(), new Rows()];
  let now = t0;
  let members: Member[] = [];
  let before = 0;
  const results: CommitResult[] = [];
  const flush = (): void => {
    const group = members;
    if (group.length > 0) expect(together.decide((set) => applyGroup(set, group))).toEqual(results.splice(0));
    members = [];
    expect(contentOf(together.tables)).toEqual(contentOf(alone.tables));
  };
  for (const step of moves) {
    if (step.kind === "tick") now += step.ms;
    if (step.kind === "lease") {
      flush();
      const request = { now, leaseUntil: now + 1_500, limit: step.limit };
      expect(together.lease(request)).toEqual(alone.lease(request));
    }
    if (step.kind !== "commit") continue;
    const leased = alone.tables.items.filter(({ leasedUntil }) => leasedUntil !== null);
    const held = step.lease === null ? undefined : leased[step.lease % Math.max(leased.length, 1)]?.item;
    if (!fits(held, step.transition)) continue;
    // A wait that gives up looks for what was stored: what the group has taken counts, and it asks again.
    const { givesUp: _asks, ...rest } = step.transition;
    const transition: Transition = {
      ...rest,
      lease: held === undefined ? null : { itemId: held.id, fence: held.fence },
    };
    // Decided on what apps serve as it was before the group, or before that. Each counts by itself: a group counts once.
    const on = (version: number): Transition =>
      step.registry === null ? transition : { ...transition, registry: version - (step.registry % 2) };
    // Lanes take turns once for a group, so here they take none.
    const claim = step.claim === null ? undefined : { now, leaseUntil: now + 1_500, limit: 0 };
    if (members.length === 0) before = alone.registryVersion;
    members.push({ transition: on(together.registryVersion), claim });
    results.push(...alone.decide((set) => applyGroup(set, [{ transition: on(before), claim }])));
    if (members.length === size) flush();
  }
  flush();
}

test("random transitions leave the same rows as a group as they leave one by one", () => {
  const groups = fc.tuple(fc.array(move, { minLength: 2, maxLength: 40 }), fc.integer({ min: 2, max: 6 }));
  fc.assert(
    fc.property(groups, ([moves, size]) => play(moves, size)),
    { numRuns: runs(120) },
  );
});
