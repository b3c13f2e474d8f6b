/** Events that must be refused, whole, with a reason. */
import { expect, test } from "vitest";
import { startLocalEngine } from "../helpers/local-engine.ts";

const mebibyte = 2 ** 20;

async function expectNothingStored(api: Awaited<ReturnType<typeof startLocalEngine>>["api"]): Promise<void> {
  const { data } = (await (await api.fetch("/v1/events")).json()) as { data: unknown[] };
  expect(data).toEqual([]);
}

const refusals: { what: string; body: string; status: number; error: RegExp }[] = [
  { what: "an event without a name", body: '{"data":{}}', status: 400, error: /name/ },
  { what: "an event with an empty name", body: '{"name":"","data":{}}', status: 400, error: /name/ },
  { what: "a name that is not text", body: '{"name":5}', status: 400, error: /name/ },
  { what: "data that is not an object", body: '{"name":"a","data":[1]}', status: 400, error: /data/ },
  { what: "a reserved name", body: '{"name":"inngest/function.finished","data":{}}', status: 400, error: /inngest\// },
  { what: "a time out of range", body: '{"name":"a","ts":1}', status: 400, error: /ts/ },
  { what: "a body that is not JSON", body: "hello", status: 400, error: /JSON/ },
  { what: "half a JSON body", body: '{"name":"a","data":{', status: 400, error: /JSON/ },
  { what: "an empty body", body: "", status: 400, error: /./ },
  { what: "a number", body: "7", status: 400, error: /object|array/ },
  { what: "a good event beside a bad one", body: '[{"name":"good"},{"data":{}}]', status: 400, error: /name/ },
  {
    what: "an event of 3.1 MiB",
    body: JSON.stringify({ name: "big", data: { text: "x".repeat(Math.ceil(3.1 * mebibyte)) } }),
    status: 413,
    error: /3 ?MiB|3145728|3,145,728/,
  },
  {
    what: "5,001 events",
    body: JSON.stringify(Array.from({ length: 5_001 }, () => ({ name: "many" }))),
    status: 413,
    error: /5,?000/,
  },
];

test.each(refusals)("$what: refused with $status, and nothing is stored", async ({ body, status, error }) => {
  const { api } = await startLocalEngine();
  const answer = await api.post(body);
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ ids: [], status });
  expect(answer.json.error).toMatch(error);
  await expectNothingStored(api);
});

test("just under the limits is taken", async () => {
  const { api } = await startLocalEngine();
  expect(await api.send({ name: "big", data: { text: "x".repeat(2.9 * mebibyte) } })).toHaveLength(1);
  expect(await api.send(Array.from({ length: 5_000 }, () => ({ name: "many" })))).toHaveLength(5_000);
});

test("invoking a function that is not there: 404 and its name", async () => {
  const { api } = await startLocalEngine();
  const response = await api.fetch("/invoke/no-such-function", {
    method: "POST",
    body: '{"data":{}}',
    headers: { "content-type": "application/json" },
  });
  expect(response.status).toBe(404);
  expect(((await response.json()) as { error: string }).error).toContain("no-such-function");
});
