/** Operation → method and path, from the OpenAPI description (vite-config.ts makes it). */
declare module 'virtual:kamome-doors' {
  const doors: Readonly<Record<string, readonly [method: string, path: string]>>;
  export default doors;
}
