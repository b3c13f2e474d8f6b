/** The audit log, written by the guard of the API alone. Must never hold a key, a password or what events hold. */
import type { AuditFilter, AuditRecord } from "../../domain/access/audit.ts";
import type { AccessParts } from "./access-parts.ts";

export type AuditEntry = Omit<AuditRecord, "id" | "at">;

export interface AuditLog {
  /** Never rejects: what was done is done. An entry that cannot be written goes to the engine's log, as an error. */
  write(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditRecord[]>;
}

export function createAuditLog({ store, clock, logger, newId }: AccessParts): AuditLog {
  return {
    async write(entry) {
      try {
        await store.addAudit({ ...entry, id: newId(), at: clock.now() });
      } catch (error) {
        const { who, action, target, outcome } = entry;
        logger.error({ who, action, target, outcome, error: String(error) }, "The audit log could not be written");
      }
    },
    list: (filter) => store.listAudit(filter),
  };
}
