/** Lets time pass between two looks at an engine. */
export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
