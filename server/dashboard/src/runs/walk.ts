/** The list from which a run was opened, so that `j` and `k` walk it on the run's page too. Lasts as long as the page. */
let ids: readonly string[] = [];

export function rememberList(runs: readonly string[]): void {
  ids = runs;
}

/** The id `by` places after a run in that list; null at its ends. */
export function neighbour(id: string, by: 1 | -1): string | null {
  const index = ids.indexOf(id);
  return index === -1 ? null : (ids[index + by] ?? null);
}
