/** `GET /v2/runs/:id/logs`: what it refuses. What it shows is in test/behaviour/rows/logs.ts. */
import { expect, it } from "vitest";
import { startOperatedEngine } from "../../../helpers/operated-engine.ts";

it("refuses what it cannot read, and knows no run that there is not", async () => {
  const { ask } = await startOperatedEngine();
  const path = "/v2/runs/01M8FZFMD806FMHK808QWJS700/logs";
  const missing = await ask("GET", path, undefined, 404);
  expect(missing).toMatchObject({ errors: [{ code: "run_not_found" }] });
  await ask("GET", "/v2/runs/nonsense/logs", undefined, 400);
  for (const query of ["limit=0", "limit=1001", "limit=x", "cursor=-1", "cursor=01M8", "level=loud"])
    expect(await ask("GET", `${path}?${query}`, undefined, 400)).toMatchObject({
      errors: [{ message: expect.stringContaining(query.split("=")[0] ?? "") }],
    });
});
