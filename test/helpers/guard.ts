/**
 * How long a test may go on before it counts as hanging. It measures nothing: no test that ends comes near it, on a slow
 * and loaded machine neither. The only wall-clock limit of the tests; `TEST_GUARD_MINUTES` sets it.
 */
export const guardMs: number = Number(process.env["TEST_GUARD_MINUTES"] ?? 10) * 60_000;
