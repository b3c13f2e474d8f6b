/**
 * `encryptionMiddleware`: what an engine stores is encrypted before it leaves the app. Made by users.
 * Step results, what functions return, and one field of event data are covered; errors, step ids and the arguments
 * after a step's function are not. Keys must never appear in logs or errors.
 */
import { NonRetriableError, StepwellError } from "../../errors/index.ts";
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareClass } from "../context-additions.ts";
import type {
  TransformFunctionInputArgs,
  TransformSendEventArgs,
  TransformStepInputArgs,
  WrapFunctionHandlerArgs,
  WrapStepArgs,
  WrapStepHandlerArgs,
} from "../hook-args.ts";
import { aesGcmService, type EncryptionService } from "./encryption-service.ts";

export interface EncryptionOptions {
  /** Encrypts, and is tried first to decrypt. A text that is hard to guess, such as 32 random bytes in base64. */
  key?: string;
  /** Older keys, still tried to decrypt: so keys can be changed while runs are under way. */
  fallbackDecryptionKeys?: readonly string[];
  /** Decrypts and no longer encrypts, to phase encryption in or out. Default: false. */
  decryptOnly?: boolean;
  /** The field of event data that is encrypted. Default: `"encrypted"`. */
  eventEncryptionField?: string;
  /** Encrypts in place of AES-256-GCM with `key`; with a `key` too, values that the key encrypted are still read. */
  encryptionService?: EncryptionService;
}

interface EncryptedValue {
  __ENCRYPTED__: true;
  __STRATEGY__: string;
  data: string;
}

const KNOWN = ["key", "fallbackDecryptionKeys", "decryptOnly", "eventEncryptionField", "encryptionService"];

/**
 * Encrypts step results, return values and the field `encrypted` of event data before they leave the app, and decrypts
 * them for the app's own functions.
 * @throws {StepwellError} `invalid_option` for wrong options.
 * @example
 * ```ts
 * import { encryptionMiddleware, Inngest } from "stepwell";
 *
 * const client = new Inngest({
 *   id: "shop",
 *   middleware: [encryptionMiddleware({ key: process.env["ENCRYPTION_KEY"] ?? "" })],
 * });
 * await client.send({ name: "shop/order.created", data: { orderId: "1", encrypted: { card: "4242" } } });
 * ```
 */
export function encryptionMiddleware(options: EncryptionOptions): MiddlewareClass {
  assertEncryptionOptions(options);
  const vault = new Vault(options);
  const field = options.eventEncryptionField ?? "encrypted";
  const seal = (value: unknown): unknown => (options.decryptOnly === true ? value : vault.seal(value));

  return class EncryptionMiddleware extends BaseMiddleware {
    readonly id = "stepwell:encryption";

    override async transformFunctionInput(args: TransformFunctionInputArgs): Promise<TransformFunctionInputArgs> {
      const [events, steps] = await Promise.all([vault.open(args.ctx.events), vault.open(args.steps)]);
      const opened = events as typeof args.ctx.events;
      return {
        ...args,
        ctx: { ...args.ctx, events: opened, event: opened[0] ?? args.ctx.event },
        steps: steps as typeof args.steps,
      };
    }

    override async transformStepInput(args: TransformStepInputArgs): Promise<TransformStepInputArgs> {
      const [given] = args.input as { payload?: { data?: unknown } }[];
      if (args.stepInfo.stepType !== "invoke" || given?.payload === undefined) return args;
      const data = await sealField(given.payload.data);
      return { ...args, input: [{ ...given, payload: { ...given.payload, data } }] };
    }

    override async transformSendEvent(args: TransformSendEventArgs): Promise<TransformSendEventArgs> {
      const events = await Promise.all(
        args.events.map(async (event) => ({ ...event, data: await sealField(event.data) })),
      );
      return { ...args, events };
    }

    override async wrapFunctionHandler({ next }: WrapFunctionHandlerArgs): Promise<unknown> {
      return seal(await next());
    }

    override async wrapStepHandler({ next }: WrapStepHandlerArgs): Promise<unknown> {
      return seal(await next());
    }

    override async wrapStep({ next, stepInfo }: WrapStepArgs): Promise<unknown> {
      const value = await next();
      return stepInfo.memoized ? value : vault.open(value);
    }
  };

  async function sealField(data: unknown): Promise<unknown> {
    if (typeof data !== "object" || data === null || !(field in data)) return data;
    const value = (data as Record<string, unknown>)[field];
    return isEncrypted(value) ? data : { ...data, [field]: await seal(value) };
  }
}

/** Seals values, and opens what is sealed anywhere inside others. */
class Vault {
  readonly #writer: EncryptionService;
  readonly #readers: ReadonlyMap<string, EncryptionService>;

  constructor({ key, fallbackDecryptionKeys = [], encryptionService }: EncryptionOptions) {
    const own = key === undefined ? [] : [aesGcmService([key, ...fallbackDecryptionKeys])];
    const all = encryptionService === undefined ? own : [encryptionService, ...own];
    this.#writer = all[0] as EncryptionService;
    this.#readers = new Map(all.map((service) => [service.identifier, service]));
  }

  async seal(value: unknown): Promise<EncryptedValue> {
    return {
      __ENCRYPTED__: true,
      __STRATEGY__: this.#writer.identifier,
      data: await this.#writer.encrypt(value === undefined ? null : value),
    };
  }

  /** The value with all that is sealed in it opened; itself when nothing is. */
  async open(value: unknown): Promise<unknown> {
    const sealed: EncryptedValue[] = [];
    collectSealed(value, sealed);
    if (sealed.length === 0) return value;
    const opened = await Promise.all(
      sealed.map(async (one) => [one, await this.#reader(one.__STRATEGY__).decrypt(one.data)] as const),
    );
    return replaceSealed(value, new Map<unknown, unknown>(opened));
  }

  #reader(strategy: string): EncryptionService {
    const reader = this.#readers.get(strategy);
    if (reader !== undefined) return reader;
    throw new NonRetriableError(
      `A value was encrypted as "${strategy}", which encryptionMiddleware has no service for (it has ${[...this.#readers.keys()].join(", ")}). Pass one as \`encryptionService\`.`,
    );
  }
}

function collectSealed(value: unknown, sealed: EncryptedValue[]): void {
  if (typeof value !== "object" || value === null) return;
  if (isEncrypted(value)) sealed.push(value);
  else for (const inner of Object.values(value)) collectSealed(inner, sealed);
}

function replaceSealed(value: unknown, opened: ReadonlyMap<unknown, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (opened.has(value)) return opened.get(value);
  if (Array.isArray(value)) return value.map((inner) => replaceSealed(inner, opened));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceSealed(inner, opened)]));
}

function isEncrypted(value: unknown): value is EncryptedValue {
  const { __ENCRYPTED__, __STRATEGY__, data } = (value ?? {}) as Partial<EncryptedValue>;
  return __ENCRYPTED__ === true && typeof __STRATEGY__ === "string" && typeof data === "string";
}

function assertEncryptionOptions(options: EncryptionOptions): void {
  const given = options ?? {};
  const unknown = Object.keys(given).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw invalid(`got the unknown option \`${unknown}\`; it takes ${KNOWN.join(", ")}`);
  const { key, fallbackDecryptionKeys = [], eventEncryptionField, encryptionService, decryptOnly } = given;
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  if (key === undefined ? encryptionService === undefined : !isText(key)) {
    throw invalid("needs `key`: a text that is not empty. Is the environment variable set?");
  }
  if (!Array.isArray(fallbackDecryptionKeys) || !fallbackDecryptionKeys.every(isText)) {
    throw invalid("needs `fallbackDecryptionKeys` to be an array of texts that are not empty");
  }
  if (eventEncryptionField !== undefined && !isText(eventEncryptionField)) {
    throw invalid("needs `eventEncryptionField` to be a text that is not empty");
  }
  if (decryptOnly !== undefined && typeof decryptOnly !== "boolean")
    throw invalid("needs `decryptOnly` to be true or false");
  const { identifier, encrypt, decrypt } = encryptionService ?? { identifier: "-", encrypt: isText, decrypt: isText };
  if (!isText(identifier) || typeof encrypt !== "function" || typeof decrypt !== "function") {
    throw invalid("needs `encryptionService` to have an `identifier`, `encrypt` and `decrypt`");
  }
}

function invalid(problem: string): StepwellError {
  return new StepwellError(`encryptionMiddleware ${problem}.`, { code: "invalid_option" });
}
