/** `/v2/alerts/channels`: by what people are told. The answer that makes a webhook shows its secret, and nothing does later. */
import { identityOf } from "../../access/identify.ts";
import type { MadeAlertChannelAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { readId } from "../../query.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentChannel } from "./present-alerts.ts";

export function addAlertChannelRoutes(app: Api, { engine, answer, answerPage }: V2Parts): void {
  const { alerts } = engine;
  const what = 'an object like {"name":"ops","kind":"webhook","url":"https://example.com/alerts"}';
  const id = (c: ApiContext): string => readId(c, "id", "channel");

  app.get("/alerts/channels", async () => {
    const data = (await alerts.channels()).map(presentChannel);
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/alerts/channels", async (c) => {
    const body = await readObject(c, what, bodyLimits.small);
    const channel = await alerts.createChannel(body, identityOf(c).name);
    const secret = channel.config.kind === "webhook" ? channel.config.secret : null;
    const made: MadeAlertChannelAnswer = { ...presentChannel(channel), secret };
    return answer(made, 201);
  });
  app.get("/alerts/channels/:id", async (c) => answer(presentChannel(await alerts.channel(id(c)))));
  app.post("/alerts/channels/:id", async (c) => {
    const body = await readObject(c, what, bodyLimits.small);
    return answer(presentChannel(await alerts.changeChannel(id(c), body)));
  });
  app.delete("/alerts/channels/:id", async (c) => {
    await alerts.removeChannel(id(c));
    return answer({ id: id(c) });
  });
  app.post("/alerts/channels/:id/test", async (c) => answer(await alerts.testChannel(id(c))));
}
