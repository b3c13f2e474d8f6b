/**
 * Runs the engine for `dev` and `start` until it is told to end. Called by both commands.
 */
import { shownUrl } from "../domain/shown-url.ts";
import { engineVersion } from "../domain/version.ts";
import { createPinoLogger, createServer, type ServerOptions, type StepwellServer } from "../main.ts";
import type { Logger } from "../ports/logger.ts";
import type { Notifier } from "../ports/notifier.ts";
import { databaseUrlHint } from "./config/database-url-hint.ts";
import { discoveryPortsOf } from "./config/discovery-ports.ts";
import { parseOtlpHeaders } from "./config/parse-otlp-headers.ts";
import type { ServeCommand, Settings } from "./config/resolve-settings.ts";
import { createLineNotifier, createLogNotifier } from "./create-activity-notifier.ts";
import { createTextLogger } from "./create-text-logger.ts";
import { renderBanner } from "./format/banner.ts";
import { createColors } from "./format/colors.ts";
import type { Terminal } from "./terminal.ts";

const graceMs = 10_000;

interface Output {
  logger: Logger;
  notifier: Notifier;
}

function createOutput(settings: Settings, terminal: Terminal): Output {
  if (settings.json) {
    const logger = createPinoLogger(settings.level);
    return { logger, notifier: createLogNotifier(logger, createColors(false, {})) };
  }
  const { print, colors, now } = terminal;
  const isQuiet = ["warn", "error", "silent"].includes(settings.level);
  return {
    logger: createTextLogger(print, settings.level, colors, now),
    notifier: isQuiet ? { notify: () => undefined } : createLineNotifier(print, colors, () => terminal.width()),
  };
}

function keysOf({ signingKey, signingKeyFallback, eventKeys, trustedProxies, oidc }: Settings): Partial<ServerOptions> {
  return { signingKey, signingKeyFallback, eventKeys, trustedProxies, ...(oidc === null ? {} : { oidc }) };
}

function toServerOptions(
  command: ServeCommand,
  settings: Settings,
  output: Output,
  env: Terminal["env"],
): ServerOptions {
  const { host, allowedHosts, port, data, appUrls, discovery, poll, pollIntervalMs, retryIntervalMs, workers } =
    settings;
  return {
    mode: command,
    host,
    allowedHosts,
    port,
    findFreePort: command === "dev",
    store: settings.postgres ?? data,
    skipCheck: settings.skipCheck,
    appUrls,
    discovery,
    discoveryPorts: discoveryPortsOf(env),
    poll,
    pollIntervalMs,
    retryIntervalMs,
    workers,
    rateLimitMode: settings.rateLimitMode,
    limits: settings.limits,
    retentionMs: settings.retentionMs,
    maxDiskBytes: settings.maxDiskBytes,
    metricsPort: settings.metricsPort,
    ...(settings.otlpEndpoint === null
      ? {}
      : {
          otlp: { endpoint: settings.otlpEndpoint, headers: parseOtlpHeaders(env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "") },
        }),
    ...(command === "start" ? keysOf(settings) : {}),
    ...output,
  };
}

function announce(
  command: ServeCommand,
  settings: Settings,
  server: StepwellServer,
  logger: Logger,
  terminal: Terminal,
): void {
  const { url, port } = server;
  if (settings.json) {
    logger.info(
      {
        kind: "listening",
        url,
        port,
        data: settings.data,
        ...(settings.postgres !== null && { postgres: shownUrl(settings.postgres.uri) }),
        version: engineVersion,
      },
      `stepwell ${command} listens at ${url}`,
    );
    return;
  }
  const knownApps = server.engine.apps().length;
  const { colors, print } = terminal;
  print(renderBanner({ command, version: engineVersion, settings, url, port, knownApps, colors }).join("\n"));
}

/** Resolves with the first signal that asks for an end; a second one ends the process at once. */
function waitForSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const hear = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(signal === "SIGINT" ? 130 : 143);
      asked = true;
      resolve(signal);
    };
    process.on("SIGINT", hear);
    process.on("SIGTERM", hear);
  });
}

function announceStop(server: StepwellServer, settings: Settings, logger: Logger, terminal: Terminal): void {
  const calls = server.engine.running().length;
  if (settings.json) logger.info({ kind: "stopping", running_calls: calls }, "stepwell stops");
  else if (calls === 0) terminal.print("\n  Stopping.");
  else {
    const noun = calls === 1 ? "call" : "calls";
    terminal.print(
      `\n  Stopping: up to 10 s for ${calls} running ${noun} to end. Ctrl-C again stops at once; the work is taken up at the next start.`,
    );
  }
}

/**
 * Resolves when the engine has stopped cleanly.
 * @throws EngineError when it cannot start
 */
export async function serve(command: ServeCommand, settings: Settings, terminal: Terminal): Promise<void> {
  const output = createOutput(settings, terminal);
  const ended = waitForSignal();
  const hint = databaseUrlHint(command, settings, terminal.env);
  if (hint !== null) output.logger.warn({}, hint);
  const server = createServer(toServerOptions(command, settings, output, terminal.env));
  const started = server.start().then(() => announce(command, settings, server, output.logger, terminal));
  await Promise.race([started, ended]);
  await ended;
  announceStop(server, settings, output.logger, terminal);
  await server.stop(graceMs);
}
