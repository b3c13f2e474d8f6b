/** Who may use `/api/admin`: whoever knows ADMIN_PASSWORD, by HTTP's Basic authentication. Called by its routes. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { z } from "zod";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function isAdmin(request: Request): boolean {
  const password = process.env["ADMIN_PASSWORD"];
  if (password === undefined || password === "") throw new Error("ADMIN_PASSWORD is not set.");
  const [scheme, value = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme !== "Basic") return false;
  const given = Buffer.from(value, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
  return timingSafeEqual(digest(given), digest(password));
}

export async function asAdmin(request: Request, work: () => Promise<Response>): Promise<Response> {
  try {
    if (isAdmin(request)) return await work();
  } catch (error) {
    console.error(error);
    return Response.json({ error: "Something went wrong. Try again in a moment." }, { status: 500 });
  }
  const headers = { "www-authenticate": 'Basic realm="price-watch"' };
  return Response.json({ error: "The password of the admin is needed." }, { status: 401, headers });
}

/** Null for what is not JSON. */
export const readJson = (request: Request): Promise<unknown> => request.json().catch(() => null);

export const problemOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
