/** Where an app is, whatever name of this machine its url was written with. Pure. */

/** The url with this machine's addresses folded to `localhost`; a text that is no url comes back as it is. */
export function toAppPlace(url: string): string {
  return url.replace(/^(https?:\/\/)(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?=[:/?#]|$)/i, "$1localhost");
}
