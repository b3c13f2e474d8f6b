/**
 * The user and password of an app's url, as the header that carries them. Called by http-sdk-caller.
 * Must never leave them in the url, which others may show.
 */

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Takes both out of `url`. An empty object when it has neither. Source: RFC 7617. */
export function takeCredentials(url: URL): Record<string, string> {
  const { username, password } = url;
  if (username === "" && password === "") return {};
  url.username = "";
  url.password = "";
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
}
