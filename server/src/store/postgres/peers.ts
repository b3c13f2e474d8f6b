/**
 * How engines on one Postgres hear of each other: by LISTEN and NOTIFY where the connection lets them, and by a look every second
 * in any case. The same look renews the lead and tells the database's time. Made by open-store.ts.
 * Must never NOTIFY within a commit, which would put all commits of the server in a row.
 */

import { randomUUID } from "node:crypto";
import { engineVersion } from "../../domain/version.ts";
import type { PeerNews, Peers } from "../../ports/peers.ts";
import { aheadOfMachine } from "./ahead-of-machine.ts";
import type { GroupCommit } from "./commit/group-commit.ts";
import type { StoreMemory } from "./commit/memory.ts";
import { sendAgain } from "./database.ts";
import { minVersionSql } from "./migrate.ts";
import { companyMs, PeerMessages } from "./peer-messages.ts";
import { keepUp } from "./upkeep.ts";
import type { Statement } from "./wire/batch.ts";
import type { Connections } from "./wire/connections.ts";
import type { Driver } from "./wire/driver.ts";

export interface PeersOptions {
  ns: string;
  driver: Driver;
  connections: Connections;
  memory: StoreMemory;
  group: Pick<GroupCommit, "alone">;
  ready(): Promise<void>;
}

/** Between two looks, milliseconds, give or take a fifth. */
const lookMs = 1_000;
/** The lead is given up to others after this, milliseconds. */
const leadMs = 5_000;
const upkeepEveryMs = 60_000;
const role = "upkeep";

interface Look {
  isLeader: boolean;
  /** Of the database. */
  now: number;
  /** Whether other engines looked a moment ago. */
  hasCompany: boolean;
  /** The least that an engine must know to work with the database. */
  minVersion: number;
  nextDueAt: number | null;
}

const databaseNow = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

export function createPeers(options: PeersOptions): Peers {
  return new PostgresPeers(options);
}

class PostgresPeers implements Peers {
  readonly #options: PeersOptions;
  readonly #nodeId: string = randomUUID();
  readonly #messages: PeerMessages;
  #listener: (news: PeerNews) => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #leadsUntil = 0;
  #aheadMs: number | null = null;
  #keptUpAt = 0;
  #stopped = true;
  #isOutdated = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#messages = new PeerMessages(options, this.#nodeId, (news) => this.#listener(news));
  }

  async start(listener: (news: PeerNews) => void): Promise<void> {
    this.#listener = listener;
    this.#stopped = false;
    await this.#options.ready();
    await this.#look();
    this.#messages.start();
    this.#lookLater();
  }

  tell(news: PeerNews): void {
    this.#messages.tell(news);
  }

  leads(): boolean {
    return performance.now() < this.#leadsUntil;
  }

  aheadMs(): number {
    return this.#aheadMs ?? 0;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await this.#messages.stop();
    await this.#leave();
  }

  #lookLater(): void {
    if (this.#stopped || this.#isOutdated) return;
    const ms = lookMs * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        // It is away: the next look will tell.
        .catch(() => undefined)
        .then(() => this.#lookLater());
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { connections, memory, ns } = this.#options;
    const before = memory.registryVersion;
    const sentAt = Date.now();
    const askedAt = performance.now();
    const [, , lead, row] = await sendAgain(connections, this.#statements());
    const tookMs = performance.now() - askedAt;
    const found = row?.rows[0] ?? {};
    const look: Look = {
      isLeader: (lead?.rows.length ?? 0) > 0,
      now: Number(found["now"] ?? sentAt),
      hasCompany: found["company"] === true,
      minVersion: Number(found["min_version"] ?? 0),
      nextDueAt: found["due"] === null || found["due"] === undefined ? null : Number(found["due"]),
    };
    const reading = { sentAt, receivedAt: sentAt + tookMs, databaseNow: look.now };
    this.#aheadMs = aheadOfMachine(this.#aheadMs, reading);
    this.#leadsUntil = look.isLeader ? askedAt + leadMs : 0;
    const versions = { registry: Number(found["registry"] ?? 0), pauses: Number(found["pauses"] ?? 0) };
    if (!this.#isUsable(look.minVersion)) return await this.#leave();
    if (look.hasCompany) this.#messages.noteCompany();
    // A commit may have seen a newer one while this answer was on its way.
    if (versions.registry >= before) memory.atVersions(versions);
    if (memory.registryVersion !== before) this.#listener({ kind: "apps" });
    if (look.nextDueAt !== null) this.#listener({ kind: "due", at: look.nextDueAt });
    if (!this.leads() || askedAt - this.#keptUpAt < upkeepEveryMs) return;
    this.#keptUpAt = askedAt;
    await keepUp(connections, this.#options.group, ns, look.now);
  }

  /** False for an engine that is too old, which is told so once. */
  #isUsable(minVersion: number): boolean {
    try {
      this.#options.memory.assertUsable(minVersion);
      return true;
    } catch (error) {
      this.#isOutdated = true;
      this.#listener({ kind: "outdated", message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  /** Leaves the lead to others. */
  async #leave(): Promise<void> {
    this.#leadsUntil = 0;
    try {
      await this.#options.connections.use((connection) => connection.send(this.#farewell()));
    } catch {
      // The database is away: the lead ends by itself.
    }
  }

  #statements(): Statement[] {
    const { ns } = this.#options;
    return [
      { text: "BEGIN ISOLATION LEVEL READ COMMITTED", values: [] },
      {
        text: `INSERT INTO stepwell.nodes (ns, id, version, seen_at) VALUES ($1, $2, $3, ${databaseNow})
          ON CONFLICT (ns, id) DO UPDATE SET seen_at = excluded.seen_at`,
        values: [ns, this.#nodeId, engineVersion],
      },
      {
        text: `INSERT INTO stepwell.roles AS r (ns, role, node_id, epoch, until)
          VALUES ($1, $2, $3, 1, ${databaseNow} + $4::bigint)
          ON CONFLICT (ns, role) DO UPDATE SET node_id = excluded.node_id, until = excluded.until,
            epoch = CASE WHEN r.node_id = excluded.node_id THEN r.epoch ELSE r.epoch + 1 END
            WHERE r.node_id = excluded.node_id OR r.until < ${databaseNow} RETURNING epoch`,
        values: [ns, role, this.#nodeId, leadMs],
      },
      {
        text: `SELECT ${databaseNow} AS now, c.registry_version AS registry, c.pauses_version AS pauses,
            ${minVersionSql} AS min_version,
            EXISTS (SELECT 1 FROM stepwell.nodes
              WHERE ns = $1 AND id <> $2 AND seen_at > ${databaseNow} - $3::bigint) AS company,
            least((SELECT min(due_at) FROM stepwell.queue WHERE ns = $1 AND leased_until IS NULL AND lane_id IS NULL),
              (SELECT min(due_at) FROM stepwell.queue
                WHERE ns = $1 AND leased_until IS NULL AND NOT ready AND lane_id IS NOT NULL),
              (SELECT min(leased_until) FROM stepwell.queue WHERE ns = $1 AND leased_until IS NOT NULL),
              (SELECT min(not_before) FROM stepwell.lanes WHERE ns = $1 AND state = 'throttled'),
              (SELECT min(vtime) * 0 FROM stepwell.lanes WHERE ns = $1 AND state = 'in-line')) AS due
          FROM stepwell.control AS c WHERE c.ns = $1`,
        values: [ns, this.#nodeId, companyMs],
      },
      { text: "COMMIT", values: [] },
    ];
  }

  #farewell(): Statement[] {
    const { ns } = this.#options;
    return [
      { text: "DELETE FROM stepwell.nodes WHERE ns = $1 AND id = $2", values: [ns, this.#nodeId] },
      { text: "DELETE FROM stepwell.roles WHERE ns = $1 AND node_id = $2", values: [ns, this.#nodeId] },
    ];
  }
}
