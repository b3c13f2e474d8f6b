/** Where alerts are sent: a signed webhook, Slack, or e-mail. Holds secrets: nothing of `config` may be logged or shown as it is. */

export const channelKinds = ["webhook", "slack", "email"] as const;

export interface WebhookConfig {
  kind: "webhook";
  url: string;
  /** `whsec_` and base64: what requests are signed with. */
  secret: string;
}

export interface SlackConfig {
  kind: "slack";
  /** Who knows it may post: it is a secret. */
  url: string;
}

/**
 * `starttls`: the connection must be encrypted before anything is said. `implicit`: it is from the start, as on port 465.
 * `none`: it is not, for a relay on the same machine.
 */
export const smtpTlsModes = ["starttls", "implicit", "none"] as const;
export type SmtpTls = (typeof smtpTlsModes)[number];

export interface EmailConfig {
  kind: "email";
  host: string;
  port: number;
  tls: SmtpTls;
  /** Null: without signing in. */
  user: string | null;
  password: string | null;
  from: string;
  to: readonly string[];
}

export type ChannelConfig = WebhookConfig | SlackConfig | EmailConfig;

export interface AlertChannel {
  /** A ULID. */
  id: string;
  /** For people; no two channels have the same. */
  name: string;
  config: ChannelConfig;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** For people: who made it. */
  createdBy: string;
}
