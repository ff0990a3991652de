/** Another system that people sign in with, as small as one can be: discovery, keys, one code at a time, tokens signed RS256. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Person {
  sub: string;
  amr?: string[];
  acr?: string;
}

export interface TestProvider {
  issuer: string;
  /** Plays the browser: this person signs in over there. @returns the query it comes back with. */
  visit(address: string, person: Person): string;
  /** What the next token says otherwise. */
  forge: Record<string, unknown>;
  close(): Promise<void>;
}

const base64url = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

export async function startProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { person: Person; nonce: string; challenge: string; clientId: string }>();
  const provider: TestProvider = { issuer: '', forge: {}, visit, close };

  function visit(address: string, person: Person): string {
    const asked = new URL(address).searchParams;
    const given = (name: string): string => asked.get(name) ?? '';
    if (given('code_challenge_method') !== 'S256' || given('response_type') !== 'code')
      throw new Error('not asked as agreed');
    const code = `code-${codes.size + 1}`;
    codes.set(code, {
      person,
      nonce: given('nonce'),
      challenge: given('code_challenge'),
      clientId: given('client_id'),
    });
    return `?${new URLSearchParams({ code, state: given('state'), iss: provider.issuer })}`;
  }

  function idToken(code: string, verifier: string): string | null {
    const asked = codes.get(code);
    codes.delete(code);
    if (!asked || createHash('sha256').update(verifier).digest('base64url') !== asked.challenge) return null;
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + 300 };
    const claims = { iss: provider.issuer, aud: asked.clientId, nonce: asked.nonce, ...times, ...asked.person };
    const signed = `${base64url({ alg: 'RS256', kid: 'one' })}.${base64url({ ...claims, ...provider.forge })}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') return send(200, metadata(provider.issuer));
    if (request.url === '/keys') {
      return send(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    const token = idToken(form.get('code') ?? '', form.get('code_verifier') ?? '');
    if (!token) return send(400, { error: 'invalid_grant' });
    send(200, { access_token: 'nothing', token_type: 'Bearer', id_token: token });
  }

  const server = createServer((request, response) => void answer(request, response));
  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  authorization_response_iss_parameter_supported: true,
});
