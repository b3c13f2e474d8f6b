/** The documents in which Lambda hands an HTTP request to a function, as its integrations write them. */

/** What the client sent, and what the gateway says of it. */
const headersOf = (request) => ({
  ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  "x-forwarded-proto": "http",
});

const text = (body) => (body.length === 0 ? null : body.toString("base64"));

/** A REST API of API Gateway, or a load balancer: version 1.0. */
export function restApi(request, url, body) {
  const headers = headersOf(request);
  return {
    version: "1.0",
    resource: "/{proxy+}",
    path: url.pathname,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters: Object.fromEntries([...url.searchParams].map(([name, value]) => [name, [value]])),
    pathParameters: { proxy: url.pathname.slice(1) },
    stageVariables: null,
    requestContext: { httpMethod: request.method, path: url.pathname, stage: "$default", domainName: headers.host },
    body: text(body),
    isBase64Encoded: body.length > 0,
  };
}

/** An HTTP API of API Gateway: version 2.0. */
export function httpApi(request, url, body) {
  const headers = headersOf(request);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: {
      domainName: headers.host,
      stage: "$default",
      http: { method: request.method, path: url.pathname, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "" },
    },
    body: text(body) ?? undefined,
    isBase64Encoded: body.length > 0,
  };
}

/** A function URL: version 2.0 too, with the domain of the function itself and its text unencoded. */
export function functionUrl(request, url, body) {
  const document = httpApi(request, url, body);
  return { ...document, body: body.length === 0 ? undefined : body.toString("utf8"), isBase64Encoded: false };
}
