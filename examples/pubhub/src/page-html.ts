/** The document of the page. Called by `server.ts`. */
const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** @param signInUrl where people without a session go. */
export const pageHtml = (signInUrl: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PubHub</title>
<link rel="stylesheet" href="/assets/main.css">
<link rel="icon" href="data:,">
</head>
<body data-sign-in-url="${escapeHtml(signInUrl)}"><div id="root"></div><script type="module" src="/assets/main.js"></script></body>
</html>
`;
