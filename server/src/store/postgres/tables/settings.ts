/** Settings that people have changed. Read and written for operation-methods.ts. */
import type { SettingRecord } from "../../../domain/setting.ts";
import type { Database } from "../database.ts";

export function listSettings(database: Database): Promise<SettingRecord[]> {
  return database.all<SettingRecord>(
    "SELECT name, value, reason, author, at FROM stepwell.settings WHERE ns = $1 ORDER BY name",
  );
}

export async function putSetting(
  database: Database,
  { name, value, reason, author, at }: SettingRecord,
): Promise<void> {
  await database.run(
    `INSERT INTO stepwell.settings (ns, name, value, reason, author, at) VALUES ($1, $2, $3, $4, $5, $6::bigint)
      ON CONFLICT (ns, name) DO UPDATE SET value = excluded.value, reason = excluded.reason, author = excluded.author,
        at = excluded.at`,
    name,
    value,
    reason,
    author,
    at,
  );
}

export async function removeSetting(database: Database, name: string): Promise<void> {
  await database.run("DELETE FROM stepwell.settings WHERE ns = $1 AND name = $2", name);
}
