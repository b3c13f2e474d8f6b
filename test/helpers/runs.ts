/**
 * How often a random test draws. The numbers stand where new draws seldom reach what the earlier ones did not; `TEST_RUNS`
 * multiplies them all (`npm run test:thorough`).
 */
export const runs = (usual: number): number => Math.ceil(usual * Number(process.env["TEST_RUNS"] ?? 1));
