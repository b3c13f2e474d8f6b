import { type RouteConfig, route } from "@react-router/dev/routes";

export default [route("api/inngest", "routes/inngest.ts")] satisfies RouteConfig;
