/** Time as a port: tests move it, the engine waits on it. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, whole. */
  now(): number;
  /** Calls `fire` once, at `at` or as soon as possible when that has passed. Never keeps the process alive by itself. */
  setTimer(at: number, fire: () => void): Timer;
}
