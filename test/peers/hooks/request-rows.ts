/** What wrapRequest is told, and what becomes of what it gives. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

export const requestRows: readonly Row[] = [
  {
    name: "wrapRequest is told of the request: SDK's own headers, URL, parsed body, raw arguments",
    async check({ app, withHooks }) {
      let seen: Any;
      const Class = withHooks({
        async wrapRequest(args: Any) {
          seen = { ...args, body: await args.requestInfo.body() };
          return args.next();
        },
      });
      const traceparent = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
      await app({ middleware: [Class] }).call({ headers: { traceparent, "x-mine": "1" } });
      const { requestInfo, requestArgs, runId, fn, body } = seen;
      expect(requestInfo.method).toBe("POST");
      expect(requestInfo.url).toBeInstanceOf(URL);
      expect(requestInfo.url.searchParams.get("fnId")).toBe("app-f");
      expect(Object.isFrozen(requestInfo.headers)).toBe(true);
      expect(requestInfo.headers).toMatchObject({
        "Content-Type": "application/json",
        "x-inngest-framework": "edge",
        "x-inngest-sdk-handled": "true",
        traceparent,
      });
      expect(requestInfo.headers).not.toHaveProperty("x-mine");
      expect(requestArgs[0]).toBeInstanceOf(Request);
      expect([runId, fn.id()]).toEqual(["run-1", "f"]);
      expect(body.ctx.run_id).toBe("run-1");
    },
  },
  {
    name: "next() gives the finished answer, and what is returned is sent as it is",
    async check({ app, withHooks }) {
      let seen: Any;
      const Class = withHooks({
        async wrapRequest({ next }: Any) {
          seen = await next();
          return { status: 299, headers: { ...seen.headers, "x-own": "1" }, body: '"mine"' };
        },
      });
      const { status, headers, json } = await app({ middleware: [Class] }).call();
      expect(seen).toMatchObject({ status: 200, body: '"done"', headers: { "Content-Type": "application/json" } });
      expect([status, headers.get("x-own"), json]).toEqual([299, "1", "mine"]);
    },
  },
  {
    name: "without next() nothing runs",
    async check({ app, withHooks }) {
      let ran = false;
      const Class = withHooks({ wrapRequest: async () => ({ status: 200, headers: {}, body: "1" }) });
      const { call } = app({
        middleware: [Class],
        handler: () => {
          ran = true;
        },
      });
      expect([(await call()).json, ran]).toEqual([1, false]);
    },
  },
  {
    name: "an unknown function passes through the client's alone, with fn null",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const named = (name: string) =>
        withHooks({
          wrapRequest({ next, fn }: Any) {
            seen.push([name, fn]);
            return next();
          },
        });
      const { status } = await app({ middleware: [named("c")], fnMiddleware: [named("f")] }).call({ fnId: "app-no" });
      expect([status, seen]).toEqual([500, [["c", null]]]);
    },
  },
  {
    name: "a call with a wrong signature passes through, and is refused",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const Class = withHooks({
        async wrapRequest({ next, runId }: Any) {
          const response = await next();
          seen.push([runId, response.status]);
          return response;
        },
      });
      const client = { isDev: false, signingKey: `signkey-test-${"ab".repeat(16)}`, eventKey: "k" };
      const { status } = await app({ middleware: [Class], client }).call();
      expect([status, seen]).toEqual([401, [["run-1", 401]]]);
    },
  },
  {
    name: "wrapRequest that throws is answered 500, with a content type and no log",
    async check({ app, withHooks }) {
      const Class = withHooks({ wrapRequest: () => Promise.reject(new Error("no database")) });
      const { call, logs } = app({ middleware: [Class] });
      const { status, headers, json } = await call();
      expect(status).toBe(500);
      expect(json).toMatchObject({ type: "internal", name: "Error", message: "no database" });
      expect(headers.get("x-inngest-sdk")).toBeNull();
      expect(logs).toEqual([]);
    },
  },
];
