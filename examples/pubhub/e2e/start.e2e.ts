/** `npm start`, as the README says: engine, app and the stand-ins in one terminal. A row of the table in README.md. */
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { folder } from "./stage.ts";

test("npm start runs engine, app and stand-ins", async () => {
  const port = await freePort();
  const enginePort = await freePort();
  const app = await startExample(["npm", "start"], port, { ENGINE_PORT: String(enginePort), MEMORY: "1" }, folder);
  onTestFinished(() => app.kill());
  expect(await (await fetch(app.url)).text()).toContain("<title>PubHub</title>");
  expect((await fetch(`${app.url}/assets/main.js`)).status).toBe(200);
  await eventually("the app's functions", async () => {
    const response = await fetch(`http://127.0.0.1:${enginePort}/v2/functions`);
    const { data } = (await response.json()) as { data: object[] };
    return data.length > 0 ? true : null;
  });
  // Ctrl-C ends all of it.
  await app.kill("SIGINT");
  expect(await fetch(app.url).catch(() => null)).toBeNull();
});
