/** What befalls the processes and clocks of a world, and when: drawn from a seed by the share of each in the world's profile. */
import type { Draw } from "./draw.ts";
import { laterKinds } from "./older-engine.ts";
import type { Profile } from "./profile.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedApp } from "./simulated-app.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";

export interface MisfortunesOptions {
  scheduler: Scheduler;
  draw: Draw;
  profile: Profile;
  engines: readonly SimulatedEngine[];
  app: SimulatedApp;
  /** Hears why an engine did not come back. */
  failed(error: unknown): void;
}

export class Misfortunes {
  readonly #options: MisfortunesOptions;
  #underWay = 0;
  /** How many there were. */
  count = 0;

  constructor(options: MisfortunesOptions) {
    this.#options = options;
    this.#drawReleases();
  }

  /** Whether all engines that went down are up again. */
  isOver(): boolean {
    return this.#underWay === 0;
  }

  /** Spreads them over the next `ms`. */
  begin(ms: number): void {
    const { profile, draw } = this.#options;
    this.#upgradeWithin(ms);
    this.#spread(profile.engineCrashes, ms, "an engine crashes", () => this.#crash());
    this.#spread(profile.engineRestarts, ms, "an engine is deployed anew", () => this.#restart());
    this.#spread(profile.engineFreezes, ms, "an engine stands still", () =>
      draw.pick(this.#options.engines).freeze(draw.int(5000, 90_000)),
    );
    this.#spread(profile.appCrashes, ms, "the app crashes", () => this.#options.app.crash(draw.int(0, 20_000)));
    this.#spread(profile.clockLeaps, ms, "clocks leap", () => this.#leap());
  }

  /** All engines but the first are of an earlier release. Nobody else could do what the only engine of a world does not know. */
  #drawReleases(): void {
    const { profile, draw, engines } = this.#options;
    if (!draw.chance(profile.rollingUpgrade)) return;
    for (const engine of engines.slice(1))
      engine.unknownKinds = new Set([draw.pick(laterKinds), draw.pick(laterKinds)]);
  }

  /** They are upgraded one after the other, whatever befalls them meanwhile. */
  #upgradeWithin(ms: number): void {
    const { draw, scheduler, engines } = this.#options;
    for (const engine of engines.filter(({ unknownKinds }) => unknownKinds.size > 0)) {
      this.#underWay += 1;
      const upgrade = async (): Promise<void> => {
        this.count += 1;
        engine.unknownKinds = new Set();
        while (engine.isOlder()) {
          await engine.stop(draw.int(0, 10_000));
          if (engine.isDown()) await engine.start();
          else await scheduler.sleep(500, `${engine.name} is upgraded`);
        }
      };
      scheduler.add({
        at: scheduler.time + draw.int(0, ms),
        owner: null,
        label: `${engine.name} is upgraded`,
        run: () => this.#watch(upgrade()),
      });
    }
  }

  #watch(work: Promise<void>): void {
    void work.catch(this.#options.failed).finally(() => {
      this.#underWay -= 1;
    });
  }

  #spread(average: number, ms: number, label: string, happen: () => void): void {
    const { draw, scheduler } = this.#options;
    const times = Math.floor(average * 2 * draw.next() + 0.5);
    for (let each = 0; each < times; each++) {
      this.#underWay += 1;
      const run = (): void => {
        this.#underWay -= 1;
        this.count += 1;
        happen();
      };
      scheduler.add({ at: scheduler.time + draw.int(0, ms), owner: null, label, run });
    }
  }

  #crash(): void {
    const { draw } = this.#options;
    const engine = draw.pick(this.#options.engines);
    this.#comeBack(engine, engine.crash(), draw.chance(0.5) ? 0 : draw.int(0, 60_000));
  }

  #restart(): void {
    const { draw } = this.#options;
    const engine = draw.pick(this.#options.engines);
    this.#comeBack(engine, engine.stop(draw.int(0, 10_000)), draw.int(0, 2000));
  }

  #comeBack(engine: SimulatedEngine, gone: Promise<void>, afterMs: number): void {
    this.#underWay += 1;
    const back = async (): Promise<void> => {
      await gone;
      await this.#options.scheduler.sleep(afterMs, `${engine.name} is away`);
      if (engine.isDown()) await engine.start();
    };
    this.#watch(back());
  }

  /** Forward, as on a machine that was asleep; or back a little, as when a clock that went fast is set right. */
  #leap(): void {
    const { draw, scheduler } = this.#options;
    const isBack = draw.chance(0.3);
    scheduler.leap(isBack ? -draw.int(1, 2000) : draw.int(1000, 120_000));
  }
}
