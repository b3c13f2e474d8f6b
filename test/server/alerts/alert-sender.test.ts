/** Alerts on their way to real servers: a signed webhook, Slack's format, mail; and what is said when they do not take it. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAlertSender } from "../../../server/src/alerts/create-alert-sender.ts";
import type { AlertChannel, ChannelConfig, EmailConfig } from "../../../server/src/domain/alerts/channel.ts";
import type { AlertMessage, AlertSender } from "../../../server/src/ports/alert-sender.ts";
import { createSystemClock } from "../../../server/src/system/system-clock.ts";
import { createHttpClient } from "../../../server/src/transport/http-client.ts";
import { startSmtpServer } from "./smtp-server.ts";

const at = Date.UTC(2026, 0, 1, 12);
const message: AlertMessage = {
  ...{ id: "01NOTICE", kind: "began", at, alertId: "01ALERT", rule: { id: "01RULE", name: "Disk <90 %> & more" } },
  ...{ condition: "disk", severity: "critical", subject: "", text: "91 % of the disk are used.", value: 91 },
  ...{ threshold: 90, startedAt: at - 1000, endedAt: null },
};

function openSender(): AlertSender {
  const http = createHttpClient({ clock: createSystemClock() });
  onTestFinished(() => http.close());
  return createAlertSender({ http });
}

const channel = (config: ChannelConfig): AlertChannel => ({
  ...{ id: "01CHANNEL", name: "ops", config, createdAt: 0, createdBy: "ana" },
});
const send = (config: ChannelConfig, more: Partial<AlertMessage> = {}): Promise<void> =>
  openSender().send(channel(config), { ...message, ...more }, new AbortController().signal);

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server that answers every POST in the same way. */
async function receive(
  status = 200,
  text = "ok",
  headers: Record<string, string> = {},
): Promise<{ url: string; got: Received[] }> {
  const got: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    got.push({ headers: request.headers, body });
    response.writeHead(request.url === "/elsewhere" ? 200 : status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=abc`, got };
}

describe("a webhook", () => {
  const secret = `whsec_${Buffer.from("0123456789abcdef01234567").toString("base64")}`;

  /** As docs/alerts.md tells receivers to. */
  function isGenuine({ headers, body }: Received, key: string): boolean {
    const [version, signature = ""] = String(headers["webhook-signature"]).split(",");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"))
      .update(signed)
      .digest();
    return version === "v1" && timingSafeEqual(Buffer.from(signature, "base64"), expected);
  }

  it("is signed so that its receiver can tell it from others", async () => {
    const { url, got } = await receive();
    await send({ kind: "webhook", url, secret });
    const [first] = got;
    if (first === undefined) throw new Error("nothing came");
    expect(first.headers).toMatchObject({ "webhook-id": "01NOTICE", "webhook-timestamp": String(at / 1000) });
    expect(isGenuine(first, secret)).toBe(true);
    expect(isGenuine({ ...first, body: first.body.replace("91", "92") }, secret)).toBe(false);
    expect(isGenuine(first, `whsec_${Buffer.from("another").toString("base64")}`)).toBe(false);
    expect(JSON.parse(first.body)).toEqual({
      type: "alert.began",
      timestamp: "2026-01-01T12:00:00.000Z",
      data: {
        ...{ id: "01ALERT", rule: message.rule, condition: "disk", severity: "critical", subject: null },
        ...{ text: message.text, value: 91, threshold: 90, startedAt: "2026-01-01T11:59:59.000Z", endedAt: null },
      },
    });
  });

  it("says what the other side said, and nothing of the address and the secret", async () => {
    const { url } = await receive(403, `no <b>entry</b> for ${secret}\n at ${"x".repeat(500)}`);
    const error = await send({ kind: "webhook", url, secret }).catch((cause: unknown) => cause as Error);
    expect(error?.message).toMatch(/^It answered with 403: no <b>entry<\/b> for \[…\] at x+$/);
    const gone = { kind: "webhook", url: "http://127.0.0.1:9/hook?token=abc", secret } as const;
    await expect(send(gone)).rejects.toThrow(/^It could not be reached: [^/]+\.$/);
  });

  it("is not sent where a redirect leads", async () => {
    const { url, got } = await receive(302, "", { location: "/elsewhere" });
    await expect(send({ kind: "webhook", url, secret })).rejects.toThrow("It redirects to another address.");
    expect(got.length).toBeGreaterThan(0);
  });
});

describe("Slack", () => {
  it("is told in the form of its incoming webhooks, with its own markup escaped", async () => {
    const { url, got } = await receive();
    await send({ kind: "slack", url });
    await send({ kind: "slack", url }, { kind: "ended", endedAt: at });
    const [began, ended] = got.map(({ body }) => JSON.parse(body));
    expect(began).toMatchObject({
      text: "Alert: Disk &lt;90 %&gt; &amp; more",
      attachments: [
        { color: "#a3162a", text: expect.stringContaining("91 % of the disk are used.\nSeverity: critical") },
      ],
    });
    expect(ended).toMatchObject({
      text: "Alert over: Disk &lt;90 %&gt; &amp; more",
      attachments: [{ color: "#1a6b3c", text: expect.stringContaining("Over: 2026-01-01T12:00:00Z") }],
    });
  });

  it("says what Slack said", async () => {
    const { url } = await receive(404, "no_service");
    await expect(send({ kind: "slack", url })).rejects.toThrow("It answered with 404: no_service");
  });
});

describe("mail", () => {
  const config = (port: number, more: Partial<EmailConfig> = {}): EmailConfig => ({
    ...{ kind: "email", host: "127.0.0.1", port, tls: "none", user: null, password: null },
    ...{ from: "Stepwell <alerts@example.com>", to: ["ana@example.com", "ops@example.com"] },
    ...more,
  });

  it("goes to all recipients, with the alert as its subject", async () => {
    const { port, mails } = await startSmtpServer({ login: "mailer:s3cret pass" });
    await send(config(port, { user: "mailer", password: "s3cret pass" }));
    expect(mails).toMatchObject([{ from: "<alerts@example.com>", to: ["<ana@example.com>", "<ops@example.com>"] }]);
    const text = mails[0]?.content ?? "";
    expect(text).toContain("Subject: [critical] Alert: Disk <90 %> & more");
    expect(text).toContain("Auto-Submitted: auto-generated");
    expect(text).toContain("91 % of the disk are used.");
  });

  it("says what the server said of a wrong password, without the password", async () => {
    const { port } = await startSmtpServer({ login: "mailer:right" });
    const error = await send(config(port, { user: "mailer", password: "wr0ng-pass" })).catch(
      (cause: unknown) => cause as Error,
    );
    expect(error?.message).toContain("535 5.7.8 bad credentials");
    expect(error?.message).not.toContain("wr0ng-pass");
  });

  it("says what the server said of a recipient", async () => {
    const { port } = await startSmtpServer({ recipientAnswer: "550 5.1.1 no such user" });
    await expect(send(config(port))).rejects.toThrow("550 5.1.1 no such user");
  });

  it("sends no password to a server that offers no encryption, unless it was told that there is none", async () => {
    const { port, mails } = await startSmtpServer({ login: "mailer:right" });
    await expect(send(config(port, { tls: "starttls", user: "mailer", password: "right" }))).rejects.toThrow();
    expect(mails).toEqual([]);
  });
});
