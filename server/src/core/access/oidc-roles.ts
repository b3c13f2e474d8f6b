/** Which role people have who sign in at an OpenID Connect provider, by their e-mail. Made by access of what the engine was started with. */
import { type Role, roles } from "../../domain/access/role.ts";
import { EngineError } from "../../domain/error.ts";

/** What is kept in the place of a password's hash: no password fits it. */
export const oidcHash = "oidc";

/** Null for an e-mail that no rule names. */
export type RoleOfEmail = (email: string) => Role | null;

const mail = /^[^\s@=]+@[^\s@=]+\.[^\s@=]+$|^[^\s@=]+@localhost$/;
const domain = /^@[^\s@=]+$/;

function readRule(rule: string): { role: Role; who: string } {
  const [name = "", who = "", ...rest] = rule.split("=").map((part) => part.trim().toLowerCase());
  const role = roles.find((known) => known === name);
  if (role !== undefined && rest.length === 0 && (mail.test(who) || domain.test(who) || who === "*"))
    return { role, who };
  throw new EngineError(
    "invalid_config",
    `The rule "${rule}" is none: expected a role and who has it, such as admin=ana@example.com, read=@example.com or read=*.`,
  );
}

/** How much a rule says of who is meant: an e-mail more than a domain, a domain more than everybody. */
const weight = (who: string): number => (who === "*" ? 0 : who.startsWith("@") ? 1 : 2);

/** Of several rules, the one that says most of who is meant counts. @throws EngineError `invalid_config` */
export function createRoleOfEmail(rules: readonly string[]): RoleOfEmail {
  const read = rules.map(readRule).sort((left, right) => weight(right.who) - weight(left.who));
  return (email) => {
    const address = email.toLowerCase();
    const found = read.find(
      ({ who }) => who === "*" || who === address || (who.startsWith("@") && address.endsWith(who)),
    );
    return found?.role ?? null;
  };
}
