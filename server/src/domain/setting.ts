/** A setting of the engine that people have changed while it runs, in the place of what it was started with. */
export interface SettingRecord {
  name: string;
  /** JSON. */
  value: string;
  /** Why, for people. */
  reason: string;
  /** Who, for people. */
  author: string;
  /** Milliseconds since 1970. */
  at: number;
}
