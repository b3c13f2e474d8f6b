/** What exists near a path that does not: for the answer to a request that was misspelt. Pure. */

export interface RouteName {
  method: string;
  path: string;
}

const most = 3;

/** Edits between two texts. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j++) {
      const replaced = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

const parts = (path: string): string[] =>
  path
    .split("/")
    .filter((part) => part !== "")
    .slice(0, 12);

/** How far a path is from a route, in edits; a parameter takes anything, but is less near than a name that is right. */
function pathDistance(path: string, route: string): number {
  const [given, wanted] = [parts(path), parts(route)];
  let sum = 0;
  for (let index = 0; index < Math.max(given.length, wanted.length); index++) {
    const [left = "", right = ""] = [given[index]?.slice(0, 40), wanted[index]];
    const isParameter = right.startsWith(":") && left !== "";
    sum += isParameter ? 1.5 : left === "" || right === "" ? 4 : distance(left, right);
  }
  return sum;
}

/** The routes nearest to a request, as `GET /v2/runs`, at most 3; none when nothing is near. */
export function nearestRoutes(method: string, path: string, routes: readonly RouteName[]): string[] {
  const seen = new Set<string>();
  return routes
    .filter((route) => route.method !== "ALL" && !route.path.includes("*"))
    .map((route) => ({ ...route, far: pathDistance(path, route.path) + (route.method === method ? 0 : 0.5) }))
    .filter(({ far }) => far <= 6)
    .sort((left, right) => left.far - right.far || (left.path < right.path ? -1 : 1))
    .map((route) => `${route.method} ${route.path}`)
    .filter((name) => seen.size !== seen.add(name).size)
    .slice(0, most);
}
