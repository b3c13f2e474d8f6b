import { describe, expect, it } from "vitest";
import {
  compileCancelCondition,
  compileCondition,
  conditionEvent,
  evaluateCondition,
} from "../../../../server/src/core/expression/condition.ts";
import { makeEvent } from "../../../conformance/store-records.ts";

const now = Date.UTC(2026, 0, 1);
const event = (data: unknown) => ({ id: "1", name: "x", ts: 5, user: {}, data });
const holds = (condition: string, data: unknown): boolean => {
  const { holds: held, error } = evaluateCondition(condition, { event: event(data), now });
  if (error !== null) throw new Error(error);
  return held;
};
const errorOf = (condition: string, data: unknown): string | null =>
  evaluateCondition(condition, { event: event(data), now }).error;

const data = {
  n: 5,
  half: 2.5,
  list: ["a", "b"],
  numbers: [1, 2, 3],
  text: "hello",
  digits: "12",
  yes: true,
  nothing: null,
  map: { a: 1, "odd key": { deep: [10, 20] } },
  at: "2026-03-01T10:20:30.400Z",
  json: '{"a":[1,2]}',
  base64: "aGk=",
};

describe("conditions", () => {
  it.each([
    // numbers of any kind mix
    ["event.data.n + 1 == 6", true],
    ["1 + event.data.n == 6", true],
    ["event.data.n - 1 == 4", true],
    ["9 - event.data.n == 4", true],
    ["event.data.n * 2 == 10", true],
    ["2 * event.data.n == 10", true],
    ["event.data.n / 2 == 2.5", true],
    ["10 / event.data.n == 2", true],
    ["7 / 2 == 3 && 7 % 2 == 1 && -7 / 2 == -3", true],
    ["event.data.n % 2 == 1", true],
    ["event.data.n > 4 && event.data.n <= 5.0 && event.data.n < 5u + 1u && event.data.n >= 5", true],
    ["event.data.digits > 5 && 5 < event.data.digits && event.data.digits < 13", true],
    ["event.data.text > 5", true],
    ["event.data.text + event.data.n == 'hello5' && 1 + 'a' == '1a'", true],
    ["event.data.n == '5'", false],
    ["-event.data.n == -5 && -(-5) == 5 && -duration('1h') == duration('-1h')", true],
    ["event.data.n != 6 && event.data.n != '5' && !(event.data.n != 5)", true],
    ["0xFF == 255 && 1e3 == 1000", true],
    ["7 - 2 == 5 && 3 * 4 == 12 && 7 % 4 == 3", true],
    // texts go by their characters
    ["event.data.text < 'world' && 'B' < 'a' && !('b' < 'a') && '10' < '9' && 'a' <= 'a'", true],
    ["'' > 5 || event.data.n > ''", true],
    ["[null] == [null] && {'a': null} == {'a': null} && !([null] == [0])", true],
    ["timestamp(timestamp(event.data.at)) == timestamp(event.data.at)", true],
    ["duration(duration('90m')) == duration('1h30m')", true],
    ["event.data.list.exists(x, event.data.missing) || event.data.list.all(x, event.data.nothing)", false],
    // missing fields are null
    ["event.data.missing == 1", false],
    ["event.data.missing == null && event.data.nothing == null", true],
    ["event.data.missing.deeper[3]['x'] == null", true],
    ["event.data.missing > 1 || event.data.missing <= 1", false],
    ["event.data.missing", false],
    ["!event.data.missing", true],
    ["event.data.missing && true", false],
    ["event.data.missing ? false : true", true],
    ["event.data.missing.startsWith('a') || event.data.missing.matches('a')", false],
    ["event.data.missing.exists(x, true) || event.data.missing.all(x, true)", false],
    ["event.data.missing.map(x, x) == [] && event.data.missing.filter(x, true) == []", true],
    ["event.data.missing.exists_one(x, true)", false],
    ["size(event.data.missing) == 0 && event.data.missing.size() == 0", true],
    ["lowercase(event.data.missing) == null && event.data.missing.trim() == null", true],
    ["event.data.missing.indexOf('a') == -1 && event.data.missing.join(',') == null", true],
    ["json_parse(event.data.missing) == null && string(event.data.missing) == ''", true],
    ["1 in event.data.missing", false],
    ["event.data.constructor == null && event.data.toString == null && event.data.list.length == null", true],
    ["event.data.n.x == null && event.data.text.length == null", true],
    // lists and maps
    ["event.data.list.exists(x, x == 'b')", true],
    ["event.data.numbers.all(x, x > 0) && !event.data.numbers.all(x, x > 1)", true],
    ["event.data.numbers.exists_one(x, x == 2) && !event.data.numbers.exists_one(x, x > 1)", true],
    ["event.data.numbers.map(x, x * 2) == [2, 4, 6]", true],
    ["event.data.numbers.map(x, x > 1, x * 2) == [4, 6]", true],
    ["event.data.numbers.filter(x, x > 1) == [2, 3]", true],
    ["event.data.numbers.exists(x, event.data.list.exists(y, y == 'b' && x == 3))", true],
    ["event.data.map.exists(k, k == 'a') && event.data.map.all(k, size(k) > 0)", true],
    ["cel.bind(x, event.data.n + 1, x * x == 36)", true],
    ["event.data.list[1] == 'b' && event.data.list[2] == null && event.data.list[-1] == null", true],
    ["event.data.map['odd key'].deep[event.data.n - 4] == 20 && event.data['n'] == 5", true],
    ["'n' in event.data && !('m' in event.data) && 'a' in event.data.list && 2 in event.data.numbers", true],
    ["'ell' in event.data.text", true],
    ["has(event.data.n) && has(event.data.nothing) && !has(event.data.missing) && !has(event.data.missing.x)", true],
    ["[1, [2]] + [3] == [1, [2], 3] && [1] != [1, 2] && [1] != 1", true],
    ["{'a': 1, 'b': [2.0]} == {'b': [2], 'a': 1} && {'a': 1} != {'b': 1} && {'a': 1} != {}", true],
    ["event.data.map == {'a': 1, 'odd key': {'deep': [10, 20]}}", true],
    ["size(event.data.map) == 2 && size('häß😀') == 4 && event.data.list.size() == 2 && size(b'abc') == 3", true],
    // one side settles what the other cannot say
    ["1 / 0 == 1 || true", true],
    ["true || 1 / 0 == 1", true],
    ["!(1 / 0 == 1 && false)", true],
    ["event.data.numbers.exists(x, x == 3 || 1 / (x - 1) > 5)", true],
    ["event.data.n > 4 ? event.data.yes : 1 / 0 == 1", true],
    // functions
    ["lowercase('ÀB') == 'àb' && uppercase('ab') == 'AB'", true],
    ["b64decode(event.data.base64) == 'hi'", true],
    ["json_parse(event.data.json).a[1] == 2", true],
    ["date(event.data.at) > date('2026-02-01') && date('2026-01-01') == now()", true],
    ["date(1767225600) == now() && date(1767225600000) == timestamp('2026-01-01T00:00:00Z')", true],
    ["now_plus('1h') - now() == duration('60m') && now_minus('1h') < now()", true],
    ["now() + duration('1h') == now_plus('1h') && duration('1h') + now() == now_plus('1h')", true],
    ["now() - duration('1h') == now_minus('1h') && duration('1h') - duration('30m') == duration('30m')", true],
    ["date(event.data.at).getFullYear() == 2026 && date(event.data.at).getMonth() == 2", true],
    ["date(event.data.at).getDate() == 1 && date(event.data.at).getDayOfMonth() == 0", true],
    ["date(event.data.at).getDayOfWeek() == 0 && date(event.data.at).getDayOfYear() == 59", true],
    ["date(event.data.at).getHours() == 10 && date(event.data.at).getHours('Europe/Berlin') == 11", true],
    ["date(event.data.at).getMinutes() == 20 && date(event.data.at).getSeconds() == 30", true],
    ["date(event.data.at).getMilliseconds() == 400 && duration('90m').getHours() == 1", true],
    ["duration('90m').getMinutes() == 90 && duration('1500ms').getMilliseconds() == 500", true],
    ["int('12') == 12 && int(12.9) == 12 && int(now()) == 1767225600 && uint(3) == 3u && int(4) == 4", true],
    ["double('2.5') == event.data.half && double(2) == 2.0", true],
    ["string(5) == '5' && string(true) == 'true' && string(b'hi') == 'hi' && string('a') == 'a'", true],
    ["string(now()) == '2026-01-01T00:00:00.000Z' && string(duration('1m')) == '60s'", true],
    ["bool('true') && !bool('0') && bool(true) && bytes('a') + b'b' == b'ab' && bytes(b'a') == b'a'", true],
    ["b'a' < b'b' && false < true && duration('1s') < duration('2s')", true],
    ["type(1) == int && type(1.5) == double && type('a') == string && type([]) == list && type({}) == map", true],
    ["type(null) == type(event.data.missing) && type(now()) == timestamp && type(int) == type && dyn(1) == 1", true],
    ["type(b'') == bytes && type(duration('1s')) == duration && type(true) != string", true],
    ["event.data.text.startsWith('he') || event.data.missing", true],
    ["event.data.text.endsWith('lo') && event.data.text.contains('ell')", true],
    ["' a '.trim() == 'a' && 'AB'.lowerAscii() == 'ab' && 'ab'.upperAscii() == 'AB'", true],
    [
      "'abc'.substring(1) == 'bc' && 'abc'.substring(1, 2) == 'b' && 'abc'.charAt(2) == 'c' && 'a'.charAt(5) == ''",
      true,
    ],
    ["'aXbX'.indexOf('X') == 1 && 'aXbX'.lastIndexOf('X') == 3", true],
    ["'aXbXc'.replace('X', '-') == 'a-b-c' && 'aXbXc'.replace('X', '-', 1) == 'a-bXc'", true],
    ["'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c']", true],
    ["'a,b'.split(',', 0) == [] && 'a'.split(',', -1) == ['a'] && ['a', 'b'].join() == 'ab'", true],
    ["['a', 'b'].join('-') == 'a-b' && 'héllo'.size() == 5", true],
    ["event.data.text.matches('^h.*o$') && !event.data.text.matches('^e') && matches('abc', 'b')", true],
    ["vars.anything == null", true],
    ["event.name == 'x' && event.ts == 5 && event.user == {}", true],
    ["event.data.at.matches(r'^\\d{4}-')", true],
  ])("%s", (condition, expected) => {
    compileCondition(condition);
    expect(holds(condition, data)).toBe(expected);
  });

  it("speak of the later event too where they are for waits", () => {
    const input = { event: event({ id: 7 }), async: event({ id: 7 }), now };
    expect(evaluateCondition("async.data.id == event.data.id", input)).toEqual({ holds: true, error: null });
    expect(() => compileCondition("async.data.id == 1")).toThrow("there is no `async` here");
    compileCondition("async.data.id == 1", "wait");
  });

  it("see what the event holds, whatever its fields are called", () => {
    const view = conditionEvent(makeEvent("1", { data: '{"__proto__":{"a":1},"constructor":2}', v: "3" }));
    const held = (condition: string) => evaluateCondition(condition, { event: view, now });
    expect(held("event.data.__proto__.a == 1 && event.data.constructor == 2 && event.v == '3'").holds).toBe(true);
    expect(held("event.data.hasOwnProperty == null && event.__proto__ == null").holds).toBe(true);
    expect(held("{'__proto__': 1}.__proto__ == 1").holds).toBe(true);
  });

  it.each([
    ["event.data.n", "gave number instead of true or false"],
    ["event.data.text", "gave string instead of true or false"],
    ["event.data.n.size() > 1", "size() cannot take double"],
    ["event.data.n / 0 == 1", "divide by zero"],
    ["1 % 0 == 1", "divide by zero"],
    ["9223372036854775807 + 1 > 0", "64 bits"],
    ["event.data.list > 1", "list and int cannot be compared"],
    ["now() < 5", "timestamp and int cannot be compared"],
    ["event.data.map + 1 == 2", "map + int has no value"],
    ["event.data.list - event.data.list == []", "list - list has no value"],
    ["-event.data.text == 1", "-string has no value"],
    ["event.data.text && true", "true or false is needed, got string"],
    ["event.data.numbers.exists(x, x)", "a predicate must give true or false"],
    ["event.data.numbers.all(x, 1 / (x - 1) > 0)", "divide by zero"],
    ["event.data.n.exists(x, true)", "goes over a list or a map, got double"],
    ["1 in event.data.n", "`in` looks into a list or a map"],
    ["event.data.n.startsWith('a')", "double has no method startsWith()"],
    ["event.data.text.startsWith(event.data.n)", "startsWith() takes a string, got double"],
    ["event.data.text.substring(event.data.text) == ''", "substring() takes a whole number, got string"],
    ["event.data.text.substring(2, 1) == ''", "lies outside a string of 5 characters"],
    ["event.data.n.join() == ''", "double has no method join()"],
    ["event.data.numbers.join() == ''", "join() takes a string, got double"],
    ["event.data.text.matches(event.data.n)", "matches() cannot take"],
    ["event.data.text.matches(event.data.text + '(')", "is malformed"],
    ["int(event.data.text) == 1", "int() cannot take string"],
    ["int(1e300) == 1", "64 bits"],
    ["int(1e300 * 1e300) == 1", "infinite"],
    ["uint(-1) == 1u", "negative"],
    ["double(event.data.list) == 1.0", "double() cannot take list"],
    ["string(event.data.list) == ''", "string() cannot take list"],
    ["bool(event.data.n)", "bool() cannot take double"],
    ["bytes(event.data.n) == b''", "bytes() cannot take double"],
    ["date(event.data.text) == now()", "cannot read"],
    ["date(event.data.list) == now()", "date() cannot take list"],
    ["date(1e300) == now()", "out of range"],
    ["duration(event.data.text) == duration('1s')", "as a duration"],
    ["duration(event.data.n) == duration('1s')", "duration() cannot take double"],
    ["lowercase(event.data.n) == ''", "lowercase() cannot take double"],
    ["json_parse(event.data.text) == 1", "no JSON"],
    ["json_parse(event.data.n) == 1", "json_parse() cannot take double"],
    ["event.data.n.getHours() == 1", "double has no method getHours()"],
    ["duration('1h').getMonth() == 1", "duration has no method getMonth()"],
    ["event.data.n.getMilliseconds() == 1", "double has no method getMilliseconds()"],
    ["now().getHours('Nowhere/Else') == 1", "there is no time zone"],
    ["now().getHours(event.data.n) == 1", "takes a time zone"],
  ])("%s fails and says: %s", (condition, message) => {
    compileCondition(condition);
    const result = evaluateCondition(condition, { event: event(data), now });
    expect(result.holds).toBe(false);
    expect(result.error).toContain(message);
  });

  it.each([
    ["unknown.data == 1", "there is no `unknown` here"],
    ["1 +", "EOF"],
    ["", "EOF"],
    ["nope(1) == 1", "there is no function nope()"],
    ["constructor(1) == 1", "there is no function constructor()"],
    ["event.data.x.nope()", "there is no method nope()"],
    ["event.data.x.toString()", "there is no method toString()"],
    ["size() == 1", "size() takes 1 argument, got 0"],
    ["event.data.x.exists(x)", "exists() takes 2 arguments"],
    ["event.data.x.exists(1, true)", "invalid predicate iteration variable"],
    ["event.data.x.map(x, x, x, x) == []", "map() takes 2 or 3 arguments"],
    ["event.data.x.exists(event, event == 1)", '"event" cannot be the name'],
    ["cel.bind(x, 1)", "cel.bind() takes 3 arguments"],
    ["has(event)", "has() takes a field"],
    ["1 + 1", "it gives int"],
    ["'text'", "it gives string"],
    ["event", "it gives map"],
    ["size(event.data.x)", "it gives int"],
    ["[1]", "it gives list"],
    ["'a' && true", "takes true or false, and `'a'` gives string"],
    ["!5", "takes true or false"],
    ["1 ? true : false", "takes true or false"],
    ["true + 1 == 2", "`+` cannot take bool"],
    ["'a' - 1 == 2", "`-` cannot take string"],
    ["event.data.x.matches('(')", "is malformed"],
    ["event.data.x.matches('((a{100}){100}){100}')", "is malformed"],
    ["event.data.x.matches('(abcdefghij){900}')", "repeats too much"],
    [`event.data.x.matches('${"a".repeat(1001)}')`, "the most is 1000"],
    [`event.data.x == '${"a".repeat(20_001)}'`, "the most is 20000"],
    [`${"(".repeat(10_000)}true${")".repeat(10_000)}`, "the most is 20000"],
    [`${"(".repeat(500)}true${")".repeat(500)}`, "maxDepth"],
    [`[${"1,".repeat(3000)}1] == []`, "maxListElements"],
    [`${"!".repeat(3000)}true`, "max"],
  ])("%s is refused", (condition, message) => {
    const refused = (): unknown => compileCondition(condition);
    expect(refused).toThrow(expect.objectContaining({ code: "invalid_expression" }));
    expect(refused).toThrow(message);
  });

  it.each([
    ["nested macros", "event.data.big.exists(a, event.data.big.exists(b, event.data.big.exists(c, a + b + c == -1)))"],
    [
      "doubling texts",
      `${"cel.bind(x, event.data.text + event.data.text, ".concat(
        Array.from({ length: 40 }, (_, i) => `cel.bind(x${i}, ${i === 0 ? "x + x" : `x${i - 1} + x${i - 1}`}, `).join(
          "",
        ),
      )}size(x39) == 0${")".repeat(41)}`,
    ],
    ["long replacements", "'aaaaaaaaaa'.replace('a', event.data.long).replace('a', event.data.long) == ''"],
    ["long joins", "event.data.big.map(x, 'a').join(event.data.long).contains(event.data.long)"],
    ["deep equality", "event.data.big.exists(x, event.data.big == event.data.big + [] && false)"],
    ["big patterns on big texts", "event.data.long.matches('(a{1,500}){1,2}b')"],
    ["splitting", "event.data.big.exists(x, event.data.long.split('').size() == 0)"],
  ])("%s stop before they cost much", (_what, condition) => {
    const big = Array.from({ length: 10_000 }, (_, index) => index);
    expect(errorOf(condition, { big, long: "a".repeat(500_000), text: "abcdefgh" })).toContain("500000 steps");
  });

  it("a pattern on which a backtracking matcher would never end is matched", () => {
    expect(holds("event.data.a.matches('^(a+)+$')", { a: `${"a".repeat(5_000)}b` })).toBe(false);
  });

  it("are compiled once and kept, the oldest going first", () => {
    const first = compileCondition("event.data.kept == 1");
    expect(compileCondition("event.data.kept == 1")).toBe(first);
    for (let i = 0; i < 5_001; i++) compileCondition(`event.data.n == ${i}`);
    expect(compileCondition("event.data.kept == 1")).not.toBe(first);
  });

  it("of cancelOn are operators, fields and three functions", () => {
    compileCancelCondition("async.data.id == event.data.id && int(async.data.n) > 5 || !(double(async.data.x) < 2.0)");
    for (const bad of [
      "size(async.data.x) > 1",
      "async.data.x.exists(x, x == 1)",
      "[1].exists(x, x == 1)",
      "has(async.data.x)",
    ])
      expect(() => compileCancelCondition(bad)).toThrow("in cancelOn only operators");
    expect(() => compileCancelCondition("async.data.id + 1")).not.toThrow();
    expect(() => compileCancelCondition("1 + 1")).toThrow("must give true or false");
  });
});
