/** Who asks an engine for something, as far as is known. */
import type { Role } from "./role.ts";

/** `local`: nobody is asked, as in dev mode. */
export type IdentityKind = "local" | "signing-key" | "api-key" | "user";

export interface Identity {
  kind: IdentityKind;
  /** Of the key; a user's name; "" for the others. */
  id: string;
  /** For people: the name of the key or of the user. */
  name: string;
  role: Role;
}

export const localIdentity: Identity = { kind: "local", id: "", name: "local", role: "admin" };
export const signingKeyIdentity: Identity = { kind: "signing-key", id: "", name: "signing key", role: "admin" };
