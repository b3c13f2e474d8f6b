/**
 * The document of the API as a page: a table of contents, each route with its parameters, body and answers, and the things that
 * they speak of. Without scripts. Called by the reference routes. Pure.
 */
type Json = Readonly<Record<string, unknown>>;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const plain = (text: unknown): string => String(text).replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
/** What stands between backticks is code. */
const prose = (text: unknown): string => plain(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>");

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const entries = (value: unknown): [string, Json][] =>
  Object.entries(object(value)).map(([name, held]) => [name, object(held)]);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

/** A schema in a few words, with links to those that have a name. */
function typeText(schema: Json): string {
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return `<a href="docs#${plain(name)}">${plain(name)}</a>`;
  }
  if (Array.isArray(schema.anyOf)) return list(schema.anyOf).map(typeText).join(" or ");
  if (Array.isArray(schema.enum))
    return schema.enum.map((value) => `<code>${plain(JSON.stringify(value))}</code>`).join(" ");
  const types = [schema.type ?? "any"].flat().map(String);
  const text = types
    .map((type) => (type === "array" ? `list of ${typeText(object(schema.items))}` : type))
    .join(" or ");
  return schema.format === undefined ? text : `${text} <small>${plain(schema.format)}</small>`;
}

function bounds(schema: Json): string {
  const said = (["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default"] as const)
    .filter((name) => schema[name] !== undefined)
    .map((name) => `${name} ${plain(schema[name])}`);
  return said.length === 0 ? "" : ` <small>${said.join(", ")}</small>`;
}

/** Fields of an object, those of objects in it indented. */
function fieldRows(schema: Json, depth = 0): string {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return entries(schema.properties)
    .map(([name, held]) => {
      const mark = required.has(name) ? "" : "<small> optional</small>";
      const said = held.description === undefined ? "" : prose(held.description);
      const row = `<tr><td class="d${Math.min(depth, 4)}"><code>${plain(name)}</code>${mark}</td><td>${typeText(held)}${bounds(held)}</td><td>${said}</td></tr>`;
      const inner = held.type === "array" ? object(held.items) : held;
      return row + (inner.properties === undefined ? "" : fieldRows(inner, depth + 1));
    })
    .join("");
}

function schemaTable(schema: Json): string {
  const rows = fieldRows(schema);
  return rows === "" ? `<p>${typeText(schema)}</p>` : `<table><tbody>${rows}</tbody></table>`;
}

function parameterTable(parameters: Json[]): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map((one) => {
    const schema = object(one.schema);
    return `<tr><td><code>${plain(one.name)}</code> <small>${plain(one.in)}</small></td><td>${typeText(schema)}${bounds(schema)}</td><td>${prose(one.description ?? "")}</td></tr>`;
  });
  return `<h4>Parameters</h4><table><tbody>${rows.join("")}</tbody></table>`;
}

const contentOf = (holder: Json): [string, Json][] => entries(holder.content);

function bodyPart(body: Json): string {
  if (body.content === undefined) return "";
  const parts = contentOf(body).map(
    ([type, { schema }]) => `<p><small>${plain(type)}</small></p>${schemaTable(object(schema))}`,
  );
  return `<h4>Body${body.required === true ? "" : " <small>optional</small>"}</h4>${parts.join("")}`;
}

function answersPart(responses: unknown): string {
  const [good, bad]: [string[], string[]] = [[], []];
  for (const [status, response] of entries(responses)) {
    const isGood = /^[23]/.test(status);
    const shown = contentOf(response).map(([, { schema }]) => schemaTable(object(schema)));
    if (isGood) good.push(`<p><b>${plain(status)}</b> ${prose(response.description)}</p>${shown.join("")}`);
    else bad.push(`<li><b>${plain(status)}</b> ${prose(response.description)}</li>`);
  }
  return `<h4>Answer</h4>${good.join("")}<h4>Errors</h4><ul>${bad.join("")}</ul>`;
}

function roleText(operation: Json): string {
  const role = operation["x-role"];
  if (typeof role === "string") return `<small class="role">role ${plain(role)}</small>`;
  if (role === null) return '<small class="role">asks for no key</small>';
  return `<small class="role">event key in the ${list(operation.security).length === 0 ? "path" : "header"}</small>`;
}

function routePart(method: string, path: string, operation: Json): string {
  const said = operation.description === undefined ? "" : `<p>${prose(operation.description)}</p>`;
  return `<details id="${plain(operation.operationId)}"><summary><span class="m ${method}">${method.toUpperCase()}</span> <code>${plain(path)}</code> <span>${prose(operation.summary)}</span></summary><div>${roleText(operation)}${said}${parameterTable(list(operation.parameters))}${bodyPart(object(operation.requestBody))}${answersPart(operation.responses)}</div></details>`;
}

/** @param document as to-document makes it */
export function renderReference(document: Json): string {
  const info = object(document.info);
  const tags = list(document.tags).map(({ name }) => String(name));
  const routes = entries(document.paths).flatMap(([path, methods]) =>
    entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const sections = tags.map((tag) => {
    const own = routes.filter(({ operation }) => Array.isArray(operation.tags) && operation.tags.includes(tag));
    const parts = own.map(({ method, path, operation }) => routePart(method, path, operation));
    return `<section id="${plain(tag)}"><h2>${plain(tag)}</h2>${parts.join("")}</section>`;
  });
  const schemas = entries(object(document.components).schemas).map(
    ([name, schema]) => `<h3 id="${plain(name)}">${plain(name)}</h3>${schemaTable(schema)}`,
  );
  const links = [...tags, "Schemas"].map((tag) => `<a href="docs#${plain(tag)}">${plain(tag)}</a>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stepwell HTTP API</title><link rel="stylesheet" href="docs.css"></head>
<body><header><h1>HTTP API</h1><p>${prose(info.description)}</p><p>Version ${plain(info.version)}. As <a href="v2/openapi.json">OpenAPI 3.1</a>. <a href="./">The page</a></p><nav>${links.join("")}</nav></header>
<main>${sections.join("")}<section id="Schemas"><h2>Schemas</h2>${schemas.join("")}</section></main></body></html>
`;
}
