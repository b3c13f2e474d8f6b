/**
 * Two apps of one example for one engine. The first answers the engine; the second is asked each call that the first was
 * asked, and what both answered and sent is kept. The second reaches no engine: it hears what the first one heard.
 */
import type { Server } from "node:http";
import { listen } from "../world.ts";
import { type Cast, closeServer, makeApp, type Theatre } from "./create-stage.ts";
import type { Example, ExampleColumn } from "./example.ts";
import { normalAnswer, normalPost, type Wire } from "./normal-wire.ts";
import { type Asked, createRelay, passOn, type Reply } from "./relay.ts";

export interface Shadowed {
  /** The app that answers the engine, with a client that the engine hears directly: what tests send is no app's. */
  cast: Cast;
  url: string;
  /** What the first and the second said on the wire, in the order of the calls. */
  first: Wire[];
  second: Wire[];
  close(): Promise<void>;
}

/** As an engine asks that takes no logs: our SDK gives them to one that does alone. */
const plainly = ({ headers: { "x-stepwell-takes": takes, ...headers }, ...asked }: Asked): Asked => ({
  ...asked,
  headers: takes === undefined ? headers : { ...headers, "x-stepwell-takes": "ms" },
});

const kindOf = ({ path }: Asked): string => path.split("/").slice(0, 3).join("/");

export async function createShadowed(
  theatre: Theatre,
  example: Example,
  [one, two]: [ExampleColumn, ExampleColumn],
): Promise<Shadowed> {
  const servers: Server[] = [];
  const open = (server: Server): Promise<string> => {
    servers.push(server);
    return listen(server);
  };
  const heard = new Map<string, Reply[]>();
  const first: Wire[] = [];
  const second: Wire[] = [];

  const toEngine = createRelay(async (asked) => {
    const reply = await passOn(theatre.engine.url, asked);
    if (asked.path.startsWith("/fn/")) return reply;
    first.push(normalPost(asked));
    heard.set(kindOf(asked), [...(heard.get(kindOf(asked)) ?? []), reply]);
    return reply;
  });
  const echo = createRelay(async (asked) => {
    second.push(normalPost(asked));
    const replies = heard.get(kindOf(asked)) ?? [];
    return replies.shift() ?? { status: 404, headers: {}, body: `the first app did not ask for ${asked.path}` };
  });

  const cast = await makeApp(example, one, await open(toEngine), theatre.outsideUrl);
  const shadow = await makeApp(example, two, await open(echo), theatre.outsideUrl);
  const urls = [await open(cast.server), await open(shadow.server)] as const;
  const front = createRelay(async (asked) => {
    const reply = await passOn(urls[0], asked);
    if (asked.method !== "POST") return reply;
    first.push(normalAnswer(asked, reply));
    second.push(normalAnswer(asked, await passOn(urls[1], plainly(asked))));
    return reply;
  });
  const { client } = await makeApp(example, one, theatre.engine.url, theatre.outsideUrl);
  return {
    cast: { ...cast, client },
    url: await open(front),
    first,
    second,
    close: async () => void (await Promise.all(servers.map(closeServer))),
  };
}
