/** AIGateway (`step.ai.infer`): the engine asks a model's provider, and the run remembers its answer. The key goes nowhere else. */
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation } from "./draft.ts";
import { BadRequest, checkSize, type Fields, readHeaders, readUrl, refusePublish, refuseRequest } from "./gateway.ts";
import { requestPlan } from "./request-item.ts";

/** How each provider wants to be shown the key. Formats that are not here take a bearer token, as OpenAI does. */
const authHeaders: Readonly<Record<string, (key: string) => Record<string, string>>> = {
  anthropic: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
  gemini: (key) => ({ "x-goog-api-key": key }),
  "azure-openai": (key) => ({ "api-key": key }),
};

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

function authOf({ format, auth_key: key }: Fields): Record<string, string> {
  if (key === undefined || key === null || key === "") return {};
  if (typeof key !== "string") throw new BadRequest("`auth_key` must be a text.");
  const name = String(format ?? "");
  return ((Object.hasOwn(authHeaders, name) ? authHeaders[name] : undefined) ?? bearer)(key);
}

function readBody({ body }: Fields): string {
  if (body === undefined || body === null) throw new BadRequest("The request to the model has no `body`.");
  return typeof body === "string" ? body : toStoredJson(body);
}

/** The author's own headers win. */
function mergeHeaders(own: Record<string, string>, others: Record<string, string>): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(others).filter(([name]) => !names.has(name))), ...own };
}

export const aiGateway: ApplyOperation = (draft, operation) => {
  const opts = operation.opts ?? {};
  try {
    refusePublish(opts);
    const body = readBody(opts);
    checkSize(body);
    const headers = mergeHeaders(readHeaders(opts), { "content-type": "application/json", ...authOf(opts) });
    const request = { url: readUrl(opts), method: "POST", headers, body };
    const { format = null } = opts;
    draft.plans.push(
      requestPlan(draft, operation, { kind: "ai", request }, typeof format === "string" ? { format } : {}),
    );
  } catch (error) {
    refuseRequest(draft, operation, "AIGatewayError", error);
  }
};
