declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** Draws the description at `url` into `domNode`. */
  const SwaggerUI: (options: Record<string, unknown>) => unknown;
  export = SwaggerUI;
}
