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

export interface ModelOptions {
  model: string;
  /** Default: the provider's environment variable, such as `OPENAI_API_KEY`. */
  apiKey?: string;
  /** Another address of the same API. */
  baseUrl?: string;
  /** Put into every request's body; what the step says goes before it. */
  defaultParameters?: Record<string, unknown>;
}

export interface AnthropicOptions extends ModelOptions {
  defaultParameters: { max_tokens: number; [key: string]: unknown };
  /** Names for the header `anthropic-beta`. */
  betaHeaders?: string[];
}

export interface AzureOpenAiOptions extends Omit<ModelOptions, "baseUrl"> {
  /** `https://<resource>.openai.azure.com`. */
  endpoint: string;
  deployment: string;
  apiVersion: string;
}

type Given = ModelOptions & {
  betaHeaders?: string[];
  endpoint?: string;
  deployment?: string;
  apiVersion?: string;
};

interface Provider {
  name: string;
  format: string;
  /** Base of the API, ending in a slash. */
  baseUrl: string;
  path: string | ((options: Given, apiKey: string) => string);
  /** Environment variable of the key. */
  keyName: string;
  headers?: (options: Given, apiKey: string) => Record<string, string>;
}

const environment = (name: string): string | undefined =>
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];

function createModel(provider: Provider, options: Given): AiModel {
  const { name, format, keyName } = provider;
  if (typeof options?.model !== "string" || options.model === "")
    throw invalid(name, "needs `model`, the model's name");
  const { model, defaultParameters } = options;
  const authKey = options.apiKey ?? environment(keyName) ?? "";
  const { path, headers } = provider;
  const base = options.baseUrl ?? options.endpoint ?? provider.baseUrl;
  const url = new URL(typeof path === "string" ? path : path(options, authKey), base.endsWith("/") ? base : `${base}/`)
    .href;
  return {
    url,
    ...(headers ? { headers: headers(options, authKey) } : {}),
    authKey,
    format,
    onCall: (_model, body) => {
      for (const key in defaultParameters) body[key] ??= defaultParameters[key];
      if (format !== "gemini") body["model"] ??= model;
    },
    options,
  };
}

function invalid(name: string, problem: string): StepwellError {
  return new StepwellError(`${name}() ${problem}.`, { code: "invalid_option" });
}

const CHAT = "chat/completions";

const OPENAI: Provider = {
  name: "openai",
  format: "openai-chat",
  baseUrl: "https://api.openai.com/v1/",
  path: CHAT,
  keyName: "OPENAI_API_KEY",
};

/** A chat model of OpenAI, or of any API that speaks like it. */
export function openai(options: ModelOptions): AiModel {
  return createModel(OPENAI, options);
}

/** A model of OpenAI behind its Responses API. */
export function openaiResponses(options: ModelOptions): AiModel {
  return createModel({ ...OPENAI, name: "openaiResponses", format: "openai-responses", path: "responses" }, options);
}

/** A model of Anthropic. `defaultParameters.max_tokens` is required. */
export function anthropic(options: AnthropicOptions): AiModel {
  if (typeof options?.defaultParameters?.max_tokens !== "number")
    throw invalid("anthropic", "needs `defaultParameters: { max_tokens }`, a number");
  return createModel(
    {
      name: "anthropic",
      format: "anthropic",
      baseUrl: "https://api.anthropic.com/v1/",
      path: "messages",
      keyName: "ANTHROPIC_API_KEY",
      headers: ({ betaHeaders = [] }) => ({
        "anthropic-version": "2023-06-01",
        ...(betaHeaders.length > 0 ? { "anthropic-beta": betaHeaders.join(",") } : {}),
      }),
    },
    options,
  );
}

/** A model of Google Gemini. Its key travels in the address, as its API wants it. */
export function gemini(options: ModelOptions): AiModel {
  return createModel(
    {
      name: "gemini",
      format: "gemini",
      baseUrl: "https://generativelanguage.googleapis.com/v1beta/",
      path: ({ model }, key) => `models/${encodeURIComponent(model)}:generateContent?key=${encodeURIComponent(key)}`,
      keyName: "GEMINI_API_KEY",
    },
    options,
  );
}

/** A model of xAI. */
export function grok(options: ModelOptions): AiModel {
  return createModel(
    { name: "grok", format: "grok", baseUrl: "https://api.x.ai/v1/", path: CHAT, keyName: "XAI_API_KEY" },
    options,
  );
}

/** A model of DeepSeek. */
export function deepseek(options: ModelOptions): AiModel {
  return createModel(
    { ...OPENAI, name: "deepseek", baseUrl: "https://api.deepseek.com/v1/", keyName: "DEEPSEEK_API_KEY" },
    options,
  );
}

/** A deployment of an OpenAI model on Azure. */
export function azureOpenai(options: AzureOpenAiOptions): AiModel {
  for (const key of ["endpoint", "deployment", "apiVersion"] as const)
    if (!options?.[key]) throw invalid("azureOpenai", `needs \`${key}\``);
  return createModel(
    {
      name: "azureOpenai",
      format: "azure-openai",
      baseUrl: options.endpoint,
      path: ({ deployment, apiVersion }) =>
        `openai/deployments/${encodeURIComponent(deployment as string)}/${CHAT}?api-version=${encodeURIComponent(apiVersion as string)}`,
      keyName: "AZURE_OPENAI_API_KEY",
      headers: (_options, key) => ({ "api-key": key }),
    },
    options,
  );
}

/** The makers of models, by name: `step.ai.models`. */
export const models: AiModels = { openai, openaiResponses, anthropic, gemini, grok, deepseek, azureOpenai };

export interface AiModels {
  openai: typeof openai;
  openaiResponses: typeof openaiResponses;
  anthropic: typeof anthropic;
  gemini: typeof gemini;
  grok: typeof grok;
  deepseek: typeof deepseek;
  azureOpenai: typeof azureOpenai;
}
