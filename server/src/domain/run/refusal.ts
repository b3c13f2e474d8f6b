/** Why an event did not start a function that it would have started: a limit or a key refused it. */
export interface Refusal {
  /** Internal id. */
  eventId: string;
  functionId: string;
  /** A sentence for people, without a full stop. */
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}
