/** OTEL_EXPORTER_OTLP_HEADERS, as OpenTelemetry writes it. */
import { expect, it } from "vitest";
import { parseOtlpHeaders } from "../../../server/src/cli/config/parse-otlp-headers.ts";

it("holds headers parted by commas, with values percent-encoded", () => {
  expect(parseOtlpHeaders("")).toEqual({});
  expect(parseOtlpHeaders("Authorization=Basic%20YTpi, x-team = acme,")).toEqual({
    authorization: "Basic YTpi",
    "x-team": "acme",
  });
});

it.each(["x", "a b=c", "x=%E0%A4%A", "x=%0Ay"])("%s is refused without showing what it holds", (text) => {
  expect(() => parseOtlpHeaders(`ok=secret,${text}`)).toThrow(/its header 2 cannot be read/);
  expect(() => parseOtlpHeaders(`ok=secret,${text}`)).not.toThrow(/secret/);
});
