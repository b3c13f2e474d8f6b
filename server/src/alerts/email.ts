/**
 * Mail by SMTP. A connection a mail: alerts are few. A password goes over an encrypted connection only, unless the channel says that
 * there is none. The library is loaded when the first mail is sent.
 */
import type { EmailConfig } from "../domain/alerts/channel.ts";
import type { AlertMessage } from "../ports/alert-sender.ts";
import { toTexts } from "./message-texts.ts";

const waitMs = 10_000;

function toOptions({ host, port, tls, user, password }: EmailConfig) {
  return {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    // What a mail is made of comes from here alone.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
  };
}

/** @throws Error with what the server said */
export async function sendEmail(config: EmailConfig, message: AlertMessage, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(toOptions(config));
  const { headline, lines } = toTexts(message);
  const sending = transport.sendMail({
    from: config.from,
    to: [...config.to],
    subject: `[${message.severity}] ${headline}`,
    text: `${lines.join("\n")}\n`,
    // All mails of one alert are one conversation.
    messageId: `<${message.id}@stepwell>`,
    ...(message.kind === "began" || message.kind === "test" ? {} : { references: `<${message.alertId}@stepwell>` }),
    headers: { "auto-submitted": "auto-generated" },
  });
  const abort = (): void => transport.close();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([sending, aborted(signal)]);
  } finally {
    signal.removeEventListener("abort", abort);
    transport.close();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("It was given up.")), { once: true });
  });
}
