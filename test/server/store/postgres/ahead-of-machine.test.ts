import { expect, it } from "vitest";
import { aheadOfMachine } from "../../../../server/src/store/postgres/ahead-of-machine.ts";

it.each([
  [
    "says no more than what is certain when the answer took long",
    0,
    { sentAt: 1000, receivedAt: 1100, databaseNow: 1350 },
    250,
  ],
  ["keeps what it knew while that may be true", 300, { sentAt: 1000, receivedAt: 1100, databaseNow: 1350 }, 300],
  [
    "gives up what it knew when the database's clock was set back",
    400,
    { sentAt: 1000, receivedAt: 1100, databaseNow: 1350 },
    250,
  ],
  ["rises as soon as an answer proves more", 250, { sentAt: 2000, receivedAt: 2004, databaseNow: 2300 }, 296],
  [
    "is 0 for clocks that agree, however late the answer was",
    0,
    { sentAt: 1000, receivedAt: 1080, databaseNow: 1040 },
    0,
  ],
  ["is below 0 for a database that is behind", 0, { sentAt: 1000, receivedAt: 1001, databaseNow: 500.5 }, -501],
  ["takes nothing for granted at first", null, { sentAt: 1000, receivedAt: 1080, databaseNow: 1040 }, -40],
])("%s", (_what, known, reading, expected) => {
  expect(aheadOfMachine(known, reading)).toBe(expected);
});
