/**
 * The engines of a chaos: processes that are killed, started again and frozen, and one address that leads to those which answer.
 * Driven by faults; asked by who sends events and by the apps.
 */
import { type ChildProcess, fork } from "node:child_process";
import type { ServerOptions } from "stepwell-server";
import { endProcess } from "../../helpers/end-process.ts";
import { freePort } from "../../helpers/free-port.ts";
import { type Forwarder, startForwarder } from "./forwarder.ts";

/** Time between two looks whether an engine answers, in milliseconds. */
const lookMs = 100;
const printedMax = 20_000;

type State = "booting" | "ready" | "frozen" | "dead";

/** One engine and those that take its place. */
export class EngineSlot {
  readonly port: number;
  readonly name: string;
  state: State = "dead";
  /** The end of what its processes have printed. */
  printed = "";
  readonly #program: string;
  readonly #options: ServerOptions;
  #child: ChildProcess | null = null;

  constructor(name: string, program: string, port: number, options: ServerOptions) {
    this.name = name;
    this.port = port;
    this.#program = program;
    this.#options = { ...options, port };
  }

  /** Starts it; it is ready some time later. */
  start(): void {
    const env = { ...process.env, ENGINE_OPTIONS: JSON.stringify(this.#options) };
    const child = fork(this.#program, { execArgv: [], env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data: Buffer) => {
        this.printed = `${this.printed}${data}`.slice(-printedMax);
      });
    this.#child = child;
    this.state = "booting";
    void this.#untilReady(child);
    child.once("exit", () => {
      // Ended by itself, as when the database was away while it started: somebody starts it again, as a supervisor does.
      if (this.#child !== child || this.state === "dead") return;
      this.state = "dead";
      setTimeout(() => {
        if (this.#child === child && this.state === "dead") this.start();
      }, lookMs).unref();
    });
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.state = "dead";
    if (child !== null) await endProcess(child);
  }

  freeze(): void {
    this.state = "frozen";
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.state !== "frozen") return;
    this.state = "ready";
    this.#child?.kill("SIGCONT");
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    while (this.#child === child && this.state === "booting") {
      const response = await fetch(`http://127.0.0.1:${this.port}/health`).catch(() => null);
      if (response?.ok === true && this.#child === child && this.state === "booting") this.state = "ready";
      else await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }
}

export class Engines {
  readonly slots: readonly EngineSlot[];
  readonly #balancer: Forwarder;

  private constructor(slots: readonly EngineSlot[], balancer: Forwarder) {
    this.slots = slots;
    this.#balancer = balancer;
  }

  /** One for each of the options. */
  static async open(program: string, options: readonly ServerOptions[]): Promise<Engines> {
    const slots: EngineSlot[] = [];
    for (const [index, each] of options.entries())
      slots.push(new EngineSlot(`engine ${index + 1}`, program, await freePort(), each));
    let turn = 0;
    const balancer = await startForwarder(() => {
      const ready = slots.filter(({ state }) => state === "ready");
      return ready[turn++ % Math.max(1, ready.length)]?.port ?? null;
    });
    return new Engines(slots, balancer);
  }

  /** Where some engine answers, if one does. */
  get url(): string {
    return `http://127.0.0.1:${this.#balancer.port}`;
  }

  ready(): EngineSlot[] {
    return this.slots.filter(({ state }) => state === "ready");
  }

  /** What a load balancer does that hears nothing from an engine any more. */
  giveUp(slot: EngineSlot): void {
    this.#balancer.cut(slot.port);
  }

  async close(): Promise<void> {
    for (const slot of this.slots) {
      slot.thaw();
      await slot.kill();
    }
    await this.#balancer.close();
  }
}
