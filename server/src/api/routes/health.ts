/** `GET /health`, which says whether the records are whole, and `GET /`, which says what this is. */
import type { Api, ApiParts } from "../api-parts.ts";
import { routeDocs } from "../openapi/route-docs.ts";

/** What there is, for people who look: `GET|POST /v1/apps`. */
function routeList(): string[] {
  const methods = new Map<string, string[]>();
  for (const name of Object.keys(routeDocs)) {
    const [method = "", path = ""] = name.split(" ");
    if (path !== "/e" && path !== "/e/") methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  return [...methods].map(([path, known]) => `${known.join("|")} ${path}`);
}

export function addHealthRoutes(app: Api, { store, respond, version, serverKind }: ApiParts): void {
  app.get("/health", () => {
    const damage = store.damage();
    if (damage === null) return respond.json(200, { status: 200, message: "OK" });
    return respond.json(503, { status: 503, message: damage.message, code: damage.code });
  });
  app.get("/", () => respond.json(200, { name: "stepwell-server", version, kind: serverKind, routes: routeList() }));
}
