import { defineConfig } from '@hey-api/openapi-ts';

// The client is made from the server's own description; `make web/openapi.json` writes that anew.
export default defineConfig({
  input: './openapi.json',
  output: { path: './src/api' },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', { name: '@hey-api/client-fetch', baseUrl: false }],
});
