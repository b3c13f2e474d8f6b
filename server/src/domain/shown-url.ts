/**
 * Urls as people and other programs may read them: without the user and password that one may hold.
 * Used wherever a url leaves the engine. Pure.
 */

const mask = "***@";
/** What stands between `://` and the last `@` before the path. */
const inAuthority = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#\\"<>]*@/gi;

const hasNone = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "";
};

/** A url as it was shown, without the sign that something was left out. */
export function withoutMask(url: string): string {
  return url.replace(`://${mask}`, "://");
}

/** A text in which urls may stand, such as a message. */
export function showUrls(text: string): string {
  return text.includes("@") ? text.replace(inAuthority, `$1${mask}`) : text;
}

/** One url. Of a text that is none, all that may be meant as a user and password goes, in case of doubt too much. */
export function shownUrl(url: string): string {
  if (!url.includes("@") || hasNone(url)) return url;
  const shown = url.replace(/^(https?:\/\/)[^/?#\\]*@/i, `$1${mask}`);
  if (hasNone(shown.replace(mask, ""))) return shown;
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[\s\S]*@/i, `$1${mask}`);
}
