/** Examples of encryption: each SDK with the middleware that its users have. What the engine holds must not be readable. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

const secret = "the moon is made of cheese";

export const encryptionExamples: Example[] = [
  {
    name: "encryption of step data, of the result and of one field of events",
    app({ sdk: { Inngest, encryptionMiddleware }, fn, note }) {
      const inngest = new Inngest({
        id: "vault",
        middleware: [encryptionMiddleware({ key: "a long key, long enough" })],
      });
      const keep = fn(inngest, { id: "keep" }, { event: "vault/keep" }, async ({ event, step }) => {
        const got: { secret: string } = await step.run("read", () => ({ secret: event.data.encrypted.secret }));
        await step.sleep("wait", "1h");
        await step.sendEvent("pass on", { name: "vault/passed", data: { open: 1, encrypted: { secret: got.secret } } });
        note(`kept ${got.secret}`);
        return { secret: got.secret };
      });
      const passed = fn(inngest, { id: "passed" }, { event: "vault/passed" }, ({ event }) =>
        note(`passed ${event.data.encrypted.secret} ${event.data.open}`),
      );
      return { client: inngest, functions: [keep, passed] };
    },
    async check({ send, finish, steps, api, ended, notes }) {
      const id = await send("vault/keep", { open: "open", encrypted: { secret } });
      const run = await finish(id);
      expect(run.status).toBe("Completed");
      await ended("passed");
      expect([...new Set(notes)].sort()).toEqual([`kept ${secret}`, `passed ${secret} 1`]);
      const event = await (await api.fetch(`/v1/events/${id}`)).json();
      expect(event.data.data).toMatchObject({ open: "open" });
      const held = JSON.stringify([run, await steps(run), event, await api.runs()]);
      expect(held).toContain("__ENCRYPTED__");
      expect(held).not.toContain(secret);
    },
    wireDiffers: "each has a cipher of its own",
  },
];
