/** Makes what pages say comparable: names, prices in cents, speeds, amounts of data. Pure. Called in a step. */
import type { ExtractedProduct } from "./firecrawl.ts";

export interface Product {
  product_key: string;
  name: string;
  product_type: "fibre" | "lte" | "5g" | "mobile" | "other";
  price_cents: number;
  speed_mbps: number | null;
  data_gb: number | null;
  source_url: string;
}

/**
 * Cents of a price in rand as it is written: "R 1 299,00 p/m", "R1,299.00", "R899", 899.
 * @returns null when it is none.
 */
export function parsePrice(price: string | number): number | null {
  if (typeof price === "number") return Number.isFinite(price) && price >= 0 ? Math.round(price * 100) : null;
  const [written] = price.match(/\d[\d\s.,\u00a0]*/) ?? [];
  if (written === undefined) return null;
  const digits = written.replaceAll(/[\s\u00a0]/g, "").replace(/[.,]$/, "");
  // The last point or comma begins the cents if two digits follow it; all others stand between thousands.
  const [, whole = digits, cents = "0"] = digits.match(/^(.*)[.,](\d{2})$/) ?? [];
  const amount = Number(whole.replaceAll(/[.,]/g, ""));
  return Number.isFinite(amount) ? amount * 100 + Number(cents) : null;
}

function typeOf(text: string): Product["product_type"] {
  if (/\bfib(re|er)\b/i.test(text)) return "fibre";
  if (/\b5g\b/i.test(text)) return "5g";
  if (/\blte\b/i.test(text)) return "lte";
  return /\b(sim|mobile|prepaid|contract)\b/i.test(text) ? "mobile" : "other";
}

function speedOf(text: string): number | null {
  const [, amount, unit = ""] = text.match(/(\d+(?:\.\d+)?)\s*([mg])bps/i) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * (unit.toLowerCase() === "g" ? 1000 : 1));
}

function dataOf(text: string): number | null {
  const [, amount, unit = ""] = text.match(/(\d+(?:\.\d+)?)\s*([gt])b(?!ps)\b/i) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * (unit.toLowerCase() === "t" ? 1000 : 1));
}

const tidy = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** Products with a name and a price; of two with the same name the first. */
export function normalizeProducts(extracted: readonly ExtractedProduct[], sourceUrl: string): Product[] {
  const products = new Map<string, Product>();
  for (const { name: written, price, description = "" } of extracted) {
    const name = tidy(String(written ?? ""));
    const [price_cents, product_key] = [parsePrice(price), keyOf(name)];
    if (product_key === "" || price_cents === null || products.has(product_key)) continue;
    const text = `${name} ${description}`;
    const rest = {
      product_type: typeOf(text),
      speed_mbps: speedOf(text),
      data_gb: dataOf(text),
      source_url: sourceUrl,
    };
    products.set(product_key, { product_key, name, price_cents, ...rest });
  }
  return [...products.values()];
}
