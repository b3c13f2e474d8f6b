/** What stands where the other SDK has realtime: on clients and among step tools. Read by libraries, such as `@inngest/realtime`. */
import { NonRetriableError } from "./non-retriable-error.ts";

type Refuse = () => Promise<never>;

const refuse: Refuse = async () => {
  throw new NonRetriableError("Realtime is not built in Stepwell: write to a store of your own in a step.run instead.");
};

/** Nothing of it is built: each of its functions rejects and says so. */
export const noRealtime: Readonly<Record<"publish" | "subscribe" | "token" | "getSubscriptionToken", Refuse>> = {
  publish: refuse,
  subscribe: refuse,
  token: refuse,
  getSubscriptionToken: refuse,
};
