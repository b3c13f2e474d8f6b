/** Reads the products on a page by Firecrawl's LLM extraction. Called in a step. */
import { NonRetriableError, RetryAfterError } from "stepwell";

/** As the page says it; `normalize.ts` makes sense of it. */
export interface ExtractedProduct {
  name: string;
  price: string | number;
  description?: string;
}

interface Answer {
  success?: boolean;
  error?: string;
  data?: { json?: { products?: ExtractedProduct[] } };
}

const jsonOptions = {
  prompt:
    "All products with a price on this page, each with its name, its price as it is written, and its description.",
  schema: {
    type: "object",
    properties: {
      products: {
        type: "array",
        items: {
          type: "object",
          properties: { name: { type: "string" }, price: { type: "string" }, description: { type: "string" } },
          required: ["name", "price"],
        },
      },
    },
  },
};

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new NonRetriableError(`${name} is not set.`);
  return value;
}

/** @throws {RetryAfterError} on 429, {@link NonRetriableError} where trying again cannot help, else an Error. */
export async function extractProducts(url: string): Promise<ExtractedProduct[]> {
  const base = process.env["FIRECRAWL_API_URL"] ?? "https://api.firecrawl.dev";
  const timeoutMs = Number(process.env["FIRECRAWL_TIMEOUT_MS"] ?? 120_000);
  let response: Response;
  try {
    response = await fetch(`${base}/v1/scrape`, {
      method: "POST",
      headers: { authorization: `Bearer ${need("FIRECRAWL_API_KEY")}`, "content-type": "application/json" },
      body: JSON.stringify({ url, formats: ["json"], jsonOptions }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    if (cause instanceof NonRetriableError) throw cause;
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    throw new Error(`Firecrawl ${isLate ? `did not answer within ${timeoutMs / 1000} s` : "cannot be reached"}.`, {
      cause,
    });
  }
  const answer = (await response.json().catch(() => ({}))) as Answer;
  const why = answer.error === undefined ? "" : ` ${answer.error}`;
  if (response.status === 429) {
    const seconds = Number(response.headers.get("retry-after") ?? 60) || 60;
    throw new RetryAfterError(`Firecrawl asks to come back in ${seconds} s.`, seconds * 1000);
  }
  if (response.status === 401) throw new NonRetriableError("Firecrawl refused FIRECRAWL_API_KEY.");
  if (response.status === 402) throw new NonRetriableError("The credits at Firecrawl are used up.");
  if (!response.ok || answer.success !== true)
    throw new Error(`Firecrawl could not read ${url}: it answered with ${response.status}.${why}`);
  const products = answer.data?.json?.products ?? [];
  // A page without any product has not loaded, or has changed: both look the same, and the first is worth another try.
  if (products.length === 0) throw new Error(`No product was found on ${url}.`);
  return products;
}
