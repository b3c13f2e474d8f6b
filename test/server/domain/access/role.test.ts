import { expect, it } from "vitest";
import { isRole, mayDo, roles } from "../../../../server/src/domain/access/role.ts";

it("each role may do what those before it may, and no more", () => {
  const may = (role: (typeof roles)[number]) => roles.filter((needed) => mayDo(role, needed));
  expect(may("read")).toEqual(["read"]);
  expect(may("operate")).toEqual(["read", "operate"]);
  expect(may("admin")).toEqual(["read", "operate", "admin"]);
});

it.each(["read", "operate", "admin"])("%s is a role", (role) => expect(isRole(role)).toBe(true));

it.each(["", "Admin", "owner", null, 1])("%j is none", (value) => expect(isRole(value)).toBe(false));
