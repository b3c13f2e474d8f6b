/** Settings that people have changed. Read and written for operation-methods.ts. */
import type { SettingRecord } from "../../../domain/setting.ts";
import type { Database } from "../database.ts";

export function listSettings(database: Database): SettingRecord[] {
  return database.all<SettingRecord>("SELECT name, value, reason, author, at FROM settings ORDER BY name");
}

export function putSetting(database: Database, { name, value, reason, author, at }: SettingRecord): void {
  database.run(
    "INSERT OR REPLACE INTO settings (name, value, reason, author, at) VALUES (?, ?, ?, ?, ?)",
    name,
    value,
    reason,
    author,
    at,
  );
}

export function removeSetting(database: Database, name: string): void {
  database.run("DELETE FROM settings WHERE name = ?", name);
}
