/** `/v2/users`: people who sign in with a password. Must never show a password or its hash. */

import type { UserRecord } from "../../../domain/access/user.ts";
import { identityOf } from "../../access/identify.ts";
import type { UserAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

function present({ name, role, createdAt, createdBy, passwordChangedAt, signedInAt }: UserRecord): UserAnswer {
  return {
    name,
    role,
    createdAt: iso(createdAt),
    createdBy,
    passwordChangedAt: iso(passwordChangedAt),
    signedInAt: isoOrNull(signedInAt),
  };
}

export function addUserRoutes(app: Api, parts: V2Parts): void {
  const { access, answer, answerPage } = parts;
  const { users } = access;
  const name = (c: ApiContext): string => c.req.param("name") ?? "";

  app.get("/users", async () => {
    const data = (await users.list()).map(present);
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/users", async (c) => {
    const what = 'an object like {"name":"ana","role":"operate","password":"…"}';
    const body = await readObject(c, what, bodyLimits.small);
    return answer(present(await users.create(body, identityOf(c).name)), 201);
  });
  app.post("/users/:name", async (c) => {
    const body = await readObject(c, 'an object like {"role":"read"} or {"password":"…"}', bodyLimits.small);
    return answer(present(await users.change(name(c), body)));
  });
  app.delete("/users/:name", async (c) => {
    await users.remove(name(c));
    return answer({ name: name(c) });
  });
  app.delete("/users/:name/sessions", async (c) => answer({ ended: await users.signOut(name(c)) }));
}
