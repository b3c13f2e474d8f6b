/** The anchors of headings, as GitHub makes them: links work there and on the site. Read by the site's config and the tests. */

export function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
