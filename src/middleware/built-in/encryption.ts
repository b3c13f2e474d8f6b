/**
 * `encryptionMiddleware`: what an engine stores is encrypted before it leaves the app. Made by users.
 * Step results, what functions return, and one field of event data are covered; errors, step ids and the arguments
 * after a step's function are not. Keys must never appear in logs or errors.
 */
import { NonRetriableError } from "../../errors/index.ts";
import { flag, isText, list, type Report, reportFor, rule, shape, text } from "../../options/index.ts";
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareClass } from "../context-additions.ts";
import type {
  TransformFunctionInputArgs,
  TransformSendEventArgs,
  TransformStepInputArgs,
  WrapFunctionHandlerArgs,
  WrapStepHandlerArgs,
} from "../hook-args.ts";
import { aesGcmService, type EncryptionService, secretboxService } from "./encryption-service.ts";
import { keepPlainData } from "./plain-data.ts";
import { replaceInside } from "./replace-inside.ts";

/** What {@link encryptionMiddleware} takes. */
export interface EncryptionOptions {
  /** Encrypts, and is tried first to decrypt. A text that is hard to guess, such as 32 random bytes in base64. */
  key?: string;
  /** Older keys, still tried to decrypt: so keys can be changed while runs are under way. */
  fallbackDecryptionKeys?: readonly string[];
  /** Decrypts and no longer encrypts, to phase encryption in or out. Default: false. */
  decryptOnly?: boolean;
  /** The field of event data that is encrypted. Default: `"encrypted"`. */
  eventEncryptionField?: string;
  /** Encrypts in place of `key`; with a `key` too, values that the key encrypted are still read. */
  encryptionService?: EncryptionService;
}

interface EncryptedValue {
  __ENCRYPTED__: true;
  __STRATEGY__: string;
  data: string;
}

/**
 * Encrypts step results, return values and the field `encrypted` of event data before they leave the app, and decrypts
 * them for the app's own functions. Values are written as @inngest/middleware-encryption 2 writes them, and both read
 * what the other wrote with the same key. May stand before or after validationMiddleware in the list.
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
        args.events.map(async (event) => {
          const data = await sealField(event.data);
          keepPlainData(data, event.data);
          return { ...event, data };
        }),
      );
      return { ...args, events };
    }

    override async wrapFunctionHandler({ next }: WrapFunctionHandlerArgs): Promise<unknown> {
      return seal(await next());
    }

    override async wrapStepHandler({ next }: WrapStepHandlerArgs): Promise<unknown> {
      return seal(await next());
    }

    "~readResult"(value: unknown): Promise<unknown> {
      return vault.open(value);
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
    const keys = key === undefined ? [] : [key, ...fallbackDecryptionKeys];
    const own = keys.length === 0 ? [] : [secretboxService(keys), aesGcmService(keys)];
    const all = encryptionService === undefined ? own : [encryptionService, ...own];
    this.#writer = all[0] as EncryptionService;
    this.#readers = new Map(all.map((service) => [service.identifier, service]));
  }

  /** Nothing is not sealed: that there is none can be seen anyway. */
  async seal(value: unknown): Promise<unknown> {
    if (value === undefined || value === null) return value;
    const { identifier } = this.#writer;
    return {
      __ENCRYPTED__: true,
      __STRATEGY__: identifier,
      data: await this.#writer.encrypt(value),
    } satisfies EncryptedValue;
  }

  /** The value with all that is sealed in it opened; itself when nothing is. */
  async open(value: unknown): Promise<unknown> {
    const sealed: EncryptedValue[] = [];
    replaceInside(value, (object) => {
      if (!isEncrypted(object)) return null;
      sealed.push(object);
      return [object];
    });
    if (sealed.length === 0) return value;
    const opened = new Map<unknown, unknown>();
    await Promise.all(
      sealed.map(async (one) => opened.set(one, await this.#reader(one.__STRATEGY__).decrypt(one.data))),
    );
    return replaceInside(value, (object) => (opened.has(object) ? [opened.get(object)] : null));
  }

  #reader(strategy: string): EncryptionService {
    const reader = this.#readers.get(strategy);
    if (reader !== undefined) return reader;
    throw new NonRetriableError(
      `A value was encrypted as "${strategy}", which encryptionMiddleware has no service for (it has ${[...this.#readers.keys()].join(", ")}). Pass one as \`encryptionService\`.`,
    );
  }
}

function isEncrypted(value: unknown): value is EncryptedValue {
  const { __ENCRYPTED__, __STRATEGY__, data } = (value ?? {}) as Partial<EncryptedValue>;
  return __ENCRYPTED__ === true && typeof __STRATEGY__ === "string" && typeof data === "string";
}

/** Never shows a value: it may be a key. The rules are made when they are used, so that apps without them do not bundle them. */
function assertEncryptionOptions(options: EncryptionOptions): void {
  const key = rule("a text that is not empty (is the environment variable set?)", isText, (value) =>
    value === "" ? "empty" : typeof value,
  );
  const rules = shape({
    key,
    fallbackDecryptionKeys: list(key, 0, Number.POSITIVE_INFINITY),
    decryptOnly: flag,
    eventEncryptionField: text,
    encryptionService: rule("an object with `identifier`, `encrypt` and `decrypt`", (service) => {
      const { identifier, encrypt, decrypt } = (service ?? {}) as Partial<EncryptionService>;
      return isText(identifier) && typeof encrypt === "function" && typeof decrypt === "function";
    }),
  });
  const report: Report = reportFor("encryptionMiddleware()");
  rules(options, "", report);
  if (options.encryptionService === undefined) key(options.key, "key", report);
}
