/** What someone may do with an engine: each role may do what the ones before it may. */

export const roles = ["read", "operate", "admin"] as const;
export type Role = (typeof roles)[number];

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

/** Whether a role may do what another one is needed for. */
export function mayDo(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
