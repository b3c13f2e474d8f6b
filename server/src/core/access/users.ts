/** People with a name, a role and a password. Called by the API. Must never log or return a password or its hash. */
import type { UserRecord } from "../../domain/access/user.ts";
import { EngineError } from "../../domain/error.ts";
import type { AccessParts } from "./access-parts.ts";
import { oidcHash, type RoleOfEmail } from "./oidc-roles.ts";
import type { Passwords } from "./passwords.ts";
import { type Fields, readRole, refuse, toFields } from "./read-request.ts";

export interface Users {
  /** `body`: `{ name, role, password }`. @throws EngineError `invalid_request`, `name_taken` */
  create(body: unknown, by: string): Promise<UserRecord>;
  /**
   * `body`: `{ role?, password? }`. Another password ends all sessions of the user.
   * @throws EngineError `invalid_request`, `user_not_found`
   */
  change(name: string, body: unknown): Promise<UserRecord>;
  /**
   * Who has signed in at the OpenID Connect provider with this e-mail: made with the first time, with the role that the rules give.
   * @throws EngineError `forbidden` for one whom no rule names, or whose name is that of a user with a password
   */
  enterByOidc(email: string): Promise<UserRecord>;
  /** With all sessions. @throws EngineError `user_not_found` */
  remove(name: string): Promise<void>;
  /** Resolves with how many sessions there were. @throws EngineError `user_not_found` */
  signOut(name: string): Promise<number>;
  /** By name. */
  list(): Promise<UserRecord[]>;
  /** Of one who signs in by OpenID Connect with the role that the rules give now; null when they give none any more. */
  get(name: string): Promise<UserRecord | null>;
  /** Null: there is no such user, or it is not their password. One takes as long as the other. */
  verify(name: string, password: string): Promise<UserRecord | null>;
}

const namePattern = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;
const passwordMin = 10;
const passwordMax = 1000;

/** As it is kept: people do not think of capitals. */
export const toUserName = (text: string): string => text.trim().toLowerCase();

function readUserName({ name }: Fields): string {
  const text = typeof name === "string" ? toUserName(name) : "";
  if (namePattern.test(text)) return text;
  throw refuse("`name` must have 1 to 64 letters, digits and any of . _ @ + -, and begin with a letter or a digit.");
}

function readPassword({ password }: Fields, name: string): string {
  if (typeof password !== "string" || password.length < passwordMin || password.length > passwordMax)
    throw refuse(`\`password\` must have ${passwordMin} to ${passwordMax} characters.`);
  if (password.toLowerCase().includes(name) && password.length < name.length + passwordMin)
    throw refuse("`password` must be more than the name with a few characters.");
  return password;
}

const usesOidc = ({ passwordHash }: UserRecord): boolean => passwordHash === oidcHash;

/** As the rules have it now; null for one whom they do not name. */
function withRole(user: UserRecord | null, roleOfEmail: RoleOfEmail): UserRecord | null {
  if (user === null || !usesOidc(user)) return user;
  const role = roleOfEmail(user.name);
  return role === null ? null : { ...user, role };
}

const notNamed = (email: string): EngineError =>
  new EngineError("forbidden", `${email} may not use this engine: no rule of --oidc-role names it. Ask an admin.`);

/** @throws EngineError `forbidden` */
async function enterByOidc(
  { store, clock }: AccessParts,
  roleOfEmail: RoleOfEmail,
  email: string,
): Promise<UserRecord> {
  const name = toUserName(email);
  const role = roleOfEmail(name);
  if (role === null || !namePattern.test(name)) throw notNamed(name.slice(0, 64));
  const known = await store.getUser(name);
  if (known !== null && !usesOidc(known))
    throw new EngineError(
      "forbidden",
      `There is a user "${name}" with a password. Sign in with that, or have it removed.`,
    );
  if (known === null) {
    const now = clock.now();
    const made = { name, role, createdAt: now, createdBy: "OpenID Connect", passwordChangedAt: now, signedInAt: null };
    await store.addUser({ ...made, passwordHash: oidcHash });
  } else if (known.role !== role) await store.changeUser(name, { role });
  const user = await store.getUser(name);
  if (user !== null) return user;
  throw notNamed(name);
}

export function createUsers(parts: AccessParts, passwords: Passwords, roleOfEmail: RoleOfEmail): Users {
  const { store, clock } = parts;
  /** @throws EngineError `user_not_found` */
  const existing = async (name: string): Promise<UserRecord> => {
    const user = await store.getUser(toUserName(name));
    if (user !== null) return user;
    throw new EngineError("user_not_found", `There is no user "${toUserName(name).slice(0, 64)}".`);
  };
  const readChange = async (user: UserRecord, fields: Fields): Promise<Partial<UserRecord>> => ({
    ...(fields["role"] === undefined ? {} : { role: readRole(fields) }),
    ...(fields["password"] === undefined
      ? {}
      : {
          passwordHash: await passwords.hash(readPassword(fields, user.name)),
          passwordChangedAt: clock.now(),
        }),
  });
  return {
    async create(body, by) {
      const fields = toFields(body, ["name", "role", "password"]);
      const name = readUserName(fields);
      const role = readRole(fields);
      const password = readPassword(fields, name);
      const now = clock.now();
      const made = { name, role, createdAt: now, createdBy: by, passwordChangedAt: now, signedInAt: null };
      const user: UserRecord = { ...made, passwordHash: await passwords.hash(password) };
      if (await store.addUser(user)) return user;
      throw new EngineError("name_taken", `There is a user "${name}". Choose another name, or change that user.`);
    },
    async change(name, body) {
      const fields = toFields(body, ["role", "password"]);
      const user = await existing(name);
      if (usesOidc(user)) throw refuse(`"${user.name}" signs in with OpenID Connect: the role follows --oidc-role.`);
      const change = await readChange(user, fields);
      if (Object.keys(change).length === 0) throw refuse("Give `role`, `password` or both.");
      await store.changeUser(user.name, change);
      if (change.passwordHash !== undefined) await store.removeSessions("user", user.name);
      return { ...user, ...change };
    },
    async remove(name) {
      const user = await existing(name);
      await store.removeUser(user.name);
      await store.removeSessions("user", user.name);
    },
    async signOut(name) {
      return store.removeSessions("user", (await existing(name)).name);
    },
    list: () => store.listUsers(),
    get: async (name) => withRole(await store.getUser(name), roleOfEmail),
    enterByOidc: (email) => enterByOidc(parts, roleOfEmail, email),
    async verify(name, password) {
      const user = await store.getUser(toUserName(name));
      const hash = user === null || usesOidc(user) ? null : user.passwordHash;
      const isRight = await passwords.verify(password.slice(0, passwordMax), hash);
      return isRight ? user : null;
    },
  };
}
