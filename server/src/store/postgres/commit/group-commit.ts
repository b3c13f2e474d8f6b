/**
 * Lets decisions that are asked for while the connections are busy share one transaction. Tries again, with growing pauses,
 * when another node was first or a connection is lost. Made by open-store.ts. Must never resolve before COMMIT has returned.
 */
import type { Claim, CommitResult } from "../../../domain/commit-result.ts";
import type { Transition } from "../../../domain/transition.ts";
import type { Meter } from "../../../ports/meter.ts";
import { applyGroup } from "../../../rules/apply-transition.ts";
import type { WorkingSet } from "../../../rules/working-set.ts";
import { closedError } from "../wire/closed.ts";
import type { Connections } from "../wire/connections.ts";
import { classify, codeOf } from "../wire/postgres-error.ts";
import { commitGroup, type Group, OutcomeUnknown, type Work } from "./commit.ts";
import type { CommitMarks } from "./commit-marks.ts";
import type { StoreMemory } from "./memory.ts";

export interface GroupMember {
  transition: Transition;
  claim: Claim | undefined;
  /** Whether no other commit may go on meanwhile. */
  shutsOut: boolean;
}

export interface GroupCommit {
  /** With others, in one transaction. Rejects with the driver's error: nothing was written. */
  commit(member: GroupMember): Promise<CommitResult>;
  /** In a transaction of its own. */
  alone<T>(work: Work & { decide(set: WorkingSet): T }): Promise<T>;
  /** Writes what waits, then refuses all that comes later. */
  close(): Promise<void>;
}

export interface GroupCommitOptions {
  ns: string;
  connections: Connections;
  marks: CommitMarks;
  memory: StoreMemory;
  meter: Meter;
  /** Groups under way at once. */
  most: number;
  /** Milliseconds for which a group is tried again. */
  patienceMs: number;
  ready(): Promise<void>;
}

interface Waiting {
  member: GroupMember;
  resolve(result: CommitResult): void;
  reject(error: unknown): void;
}

/** Members of one group. */
const largestGroup = 64;
/** Groups that begin at once, however few wait; more begin only for so many that wait. */
const eagerGroups = 2;
const worthAnother = 8;
const longestPauseMs = 250;
/** The division by zero of a commit whose row in `commits` has been taken out. */
const markGone = "22012";

function pause(tries: number): Promise<void> {
  const ms = Math.min(longestPauseMs, 2 ** tries) * Math.random();
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  let waiting: Waiting[] = [];
  let running = 0;
  let scheduled = false;
  let closed = false;
  const whenIdle: (() => void)[] = [];

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(start);
  };
  const start = (): void => {
    scheduled = false;
    while (waiting.length > 0 && running < options.most && (running < eagerGroups || waiting.length >= worthAnother)) {
      const members = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      running += 1;
      void settle(members).finally(() => {
        running -= 1;
        if (waiting.length > 0) start();
        else if (running === 0) for (const resolve of whenIdle.splice(0)) resolve();
      });
    }
  };
  const settle = async (members: readonly Waiting[]): Promise<void> => {
    try {
      const results = await tryWork(options, toWork(members.map(({ member }) => member)));
      for (const [index, { resolve, reject }] of members.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error("A group of commits has a result for each."));
        else resolve(result);
      }
    } catch (error) {
      // A bad one does not sink its neighbours.
      if (members.length > 1 && classify(error) === "refused") for (const member of members) await settle([member]);
      else for (const { reject } of members) reject(error);
    }
  };
  return {
    commit(member) {
      if (closed) return Promise.reject(closedError());
      return new Promise((resolve, reject) => {
        waiting.push({ member, resolve, reject });
        schedule();
      });
    },
    alone: (work) => (closed ? Promise.reject(closedError()) : tryWork(options, work)),
    async close() {
      closed = true;
      if (running === 0 && waiting.length === 0) return;
      start();
      await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}

function toWork(members: readonly GroupMember[]): Work & { decide(set: WorkingSet): CommitResult[] } {
  return {
    shutsOut: members.some(({ shutsOut }) => shutsOut),
    decide: (set) => applyGroup(set, members),
  };
}

/** @throws the driver's error: nothing was written. */
async function tryWork<T>(options: GroupCommitOptions, work: Work & { decide(set: WorkingSet): T }): Promise<T> {
  // What `commitGroup` resolves with is what `decide` returned.
  return (await tryGroup(options, work)) as T;
}

/** @throws the driver's error: nothing was written. */
async function tryGroup(options: GroupCommitOptions, work: Work): Promise<unknown> {
  const { ns, connections, marks, memory, meter, patienceMs } = options;
  const group: Group = { ns, memory, meter, work, missed: [], careful: false, conflicted: false };
  const until = performance.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    try {
      await options.ready();
      return await connections.use(async (connection) => {
        try {
          return await commitGroup(connection, await marks.of(connection), group);
        } catch (error) {
          if (codeOf(error) === markGone) marks.drop(connection);
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof OutcomeUnknown) {
        if (await hasCommitted(options, error, until)) return error.result;
      } else if (classify(error) === "refused" || performance.now() >= until) throw error;
      if (codeOf(error) === "23505") group.careful = true;
      group.conflicted = true;
    }
    await pause(tries);
  }
}

/** @throws the driver's error when it cannot be found out in time. */
async function hasCommitted(
  { connections, marks, memory, meter }: GroupCommitOptions,
  outcome: OutcomeUnknown,
  until: number,
): Promise<boolean> {
  for (let tries = 0; ; tries += 1) {
    try {
      const committed = await outcome.mark.hasCommitted(connections);
      marks.forget(outcome.mark);
      if (committed) {
        memory.virtualTime = Math.max(memory.virtualTime, outcome.virtualTime);
        meter.count(outcome.tallies);
      }
      return committed;
    } catch (error) {
      if (classify(error) === "refused" || performance.now() >= until) throw error;
    }
    await pause(tries);
  }
}
