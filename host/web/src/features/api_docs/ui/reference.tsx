import { useEffect, useRef } from "react";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";
import { samplesPlugin } from "./samples";

interface Request {
  headers: Record<string, string>;
}

/** What the session's cookie needs beside it, see docs/rest-api.md. */
function asThisSession(request: Request): Request {
  request.headers["X-Opsflux-Client"] = "web";
  return request;
}

export function Reference() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = place.current;
    if (!node) return;
    SwaggerUI({
      domNode: node,
      url: "/api/v1/openapi.json",
      docExpansion: "none",
      filter: true,
      deepLinking: false,
      validatorUrl: null,
      persistAuthorization: false,
      requestInterceptor: asThisSession,
      plugins: [samplesPlugin],
    });
    return () => node.replaceChildren();
  }, []);
  return <div ref={place} className="api-reference" />;
}
