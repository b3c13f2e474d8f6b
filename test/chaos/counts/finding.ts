/** What was found of one kind, in words; their number is what counts. */
export type Findings = string[];

export interface Counts {
  /** Acknowledged events that did not come to what they must come to, and runs that have not ended. */
  lost: Findings;
  /** Steps that began again after their result was given to the function. */
  repeated: Findings;
  /** Steps of which the function was given two results. */
  changed: Findings;
  /** More at once, or in a time, than a limit lets. */
  exceeded: Findings;
  /** Sleeps, waits, retries and starts that came before their time. */
  early: Findings;
  /** Events with more runs than they may have, and runs that ended twice. */
  doubled: Findings;
}
