/** The models that `step.ai.infer` can ask: how each provider's API is addressed. Nothing here makes a request. */
import { StepwellError } from "../errors/index.ts";

/** A model behind an HTTP API, as `step.ai.infer` takes it. Those of `@inngest/ai` are such, too. */
export interface AiModel {
  url?: string;
  headers?: Record<string, string>;
  authKey: string;
  /** The API's dialect, as the engine knows it. */
  format: string;
  /** Fills in what the model adds to each request, in copies of the model and the body. */
  onCall?: (model: AiModel, body: Record<string, unknown>) => void;
  options?: object;
}

/** Models by the dialect of their API. */
export type AiAdapters = Record<
  "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "grok" | "azure-openai",
  AiModel
>;

/** What every maker of models takes. */
export interface ModelOptions {
  model: string;
  /** Default: the provider's environment variable, such as `OPENAI_API_KEY`. */
  apiKey?: string;
  /** Another address of the same API. */
  baseUrl?: string;
  /** Put into every request's body; what the step says goes before it. */
  defaultParameters?: Record<string, unknown>;
}

/** What `anthropic()` takes. */
export interface AnthropicOptions extends ModelOptions {
  defaultParameters: { max_tokens: number; [key: string]: unknown };
  /** Names for the header `anthropic-beta`. */
  betaHeaders?: string[];
}

/** What `azureOpenai()` takes. */
export interface AzureOpenAiOptions extends Omit<ModelOptions, "baseUrl"> {
  /** `https://<resource>.openai.azure.com`. */
  endpoint: string;
  deployment: string;
  apiVersion: string;
}

type Given = ModelOptions &
  Partial<Record<"endpoint" | "deployment" | "apiVersion", string>> & { betaHeaders?: string[] };

/** A provider's API: its dialect, the environment variable of its key, its address and its path. */
type Provider = readonly [format: string, keyName: string, baseUrl: string, path: string];

const CHAT = "chat/completions";
const OPENAI = "https://api.openai.com/v1/";

/** Makes the maker of a provider's models. In the path `:name` stands for an option. */
function maker<TOptions>(name: string, [format, keyName, baseUrl, path]: Provider): (options: TOptions) => AiModel {
  return (given) => {
    const options = (given ?? {}) as Given;
    const { model, defaultParameters, betaHeaders = [] } = options;
    const { env } = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process ?? {};
    const authKey = options.apiKey ?? env?.[keyName] ?? "";
    const option = (key: string): string => {
      const value = key === "apiKey" ? authKey : options[key as "model"];
      if (typeof value === "string" && (value !== "" || key === "apiKey")) return value;
      throw invalid(name, `\`${key}\`, a text that is not empty`);
    };
    option("model");
    const base = (options.baseUrl ?? (baseUrl || option("endpoint"))).replace(/\/?$/, "/");
    const filled = path.replace(/:(model|apiKey|deployment|apiVersion)/g, (_, key) => encodeURIComponent(option(key)));
    const headers: Record<string, string> = {};
    if (format === "azure-openai") Object.assign(headers, { "Content-Type": "application/json", "api-key": authKey });
    if (format === "anthropic") {
      if (typeof defaultParameters?.["max_tokens"] !== "number")
        throw invalid(name, "`defaultParameters: { max_tokens }`, a number");
      headers["anthropic-version"] = "2023-06-01";
      if (betaHeaders.length > 0) headers["anthropic-beta"] = betaHeaders.join();
    }
    return {
      url: base + filled,
      ...(format === "gemini" || Object.keys(headers).length > 0 ? { headers } : {}),
      authKey,
      format,
      onCall: (_model, body) => {
        const added: Record<string, unknown> =
          format === "gemini" ? { ...defaultParameters } : { ...defaultParameters, model };
        for (const key in added) body[key] ??= added[key];
      },
      options,
    };
  };
}

function invalid(name: string, needed: string): StepwellError {
  return new StepwellError(`${name}() needs ${needed}.`, { code: "invalid_option" });
}

/**
 * A chat model of OpenAI, or of any API that speaks like it.
 * @example
 * ```ts
 * import { Inngest, openai } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: openai({ model: "gpt-4o" }), body: { messages: [] } }),
 * );
 * ```
 */
export const openai: (options: ModelOptions) => AiModel = /* @__PURE__ */ maker("openai", [
  "openai-chat",
  "OPENAI_API_KEY",
  OPENAI,
  CHAT,
]);

/**
 * A model of OpenAI behind its Responses API.
 * @example
 * ```ts
 * import { Inngest, openaiResponses } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: openaiResponses({ model: "gpt-4o" }), body: { messages: [] } }),
 * );
 * ```
 */
export const openaiResponses: (options: ModelOptions) => AiModel = /* @__PURE__ */ maker("openaiResponses", [
  "openai-responses",
  "OPENAI_API_KEY",
  OPENAI,
  "responses",
]);

/**
 * A model of Anthropic. `defaultParameters.max_tokens` is required.
 * @example
 * ```ts
 * import { Inngest, anthropic } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: anthropic({ model: "claude-3-5-haiku-latest", defaultParameters: { max_tokens: 500 } }), body: { messages: [] } }),
 * );
 * ```
 */
export const anthropic: (options: AnthropicOptions) => AiModel = /* @__PURE__ */ maker("anthropic", [
  "anthropic",
  "ANTHROPIC_API_KEY",
  "https://api.anthropic.com/v1/",
  "messages",
]);

/**
 * A model of Google Gemini. Its key travels in the address, as its API wants it.
 * @example
 * ```ts
 * import { Inngest, gemini } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: gemini({ model: "gemini-2.5-flash" }), body: { messages: [] } }),
 * );
 * ```
 */
export const gemini: (options: ModelOptions) => AiModel = /* @__PURE__ */ maker("gemini", [
  "gemini",
  "GEMINI_API_KEY",
  "https://generativelanguage.googleapis.com/v1beta/",
  "models/:model:generateContent?key=:apiKey",
]);

/**
 * A model of xAI.
 * @example
 * ```ts
 * import { Inngest, grok } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: grok({ model: "grok-4" }), body: { messages: [] } }),
 * );
 * ```
 */
export const grok: (options: ModelOptions) => AiModel = /* @__PURE__ */ maker("grok", [
  "grok",
  "XAI_API_KEY",
  "https://api.x.ai/v1/",
  CHAT,
]);

/**
 * A model of DeepSeek.
 * @example
 * ```ts
 * import { Inngest, deepseek } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: deepseek({ model: "deepseek-chat" }), body: { messages: [] } }),
 * );
 * ```
 */
export const deepseek: (options: ModelOptions) => AiModel = /* @__PURE__ */ maker("deepseek", [
  "openai-chat",
  "DEEPSEEK_API_KEY",
  "https://api.deepseek.com/v1/",
  CHAT,
]);

/**
 * A deployment of an OpenAI model on Azure.
 * @example
 * ```ts
 * import { Inngest, azureOpenai } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const ask = inngest.createFunction({ id: "ask", triggers: { event: "asked" } }, ({ step }) =>
 *   step.ai.infer("ask", { model: azureOpenai({ model: "gpt-4o", endpoint: "https://shop.openai.azure.com", deployment: "chat", apiVersion: "2025-01-01" }), body: { messages: [] } }),
 * );
 * ```
 */
export const azureOpenai: (options: AzureOpenAiOptions) => AiModel = /* @__PURE__ */ maker("azureOpenai", [
  "azure-openai",
  "AZURE_OPENAI_API_KEY",
  "",
  `openai/deployments/:deployment/${CHAT}?api-version=:apiVersion`,
]);

/** The makers of models, by name. */
export interface AiModels {
  openai: typeof openai;
  openaiResponses: typeof openaiResponses;
  anthropic: typeof anthropic;
  gemini: typeof gemini;
  grok: typeof grok;
  deepseek: typeof deepseek;
  azureOpenai: typeof azureOpenai;
}

/**
 * The makers of models by name, as `step.ai.models` has them.
 * @example
 * ```ts
 * import { models } from "stepwell";
 *
 * export const model = models.openai({ model: "gpt-4o" });
 * ```
 */
export const models: AiModels = { openai, openaiResponses, anthropic, gemini, grok, deepseek, azureOpenai };
