// oidc-provider, a certified OpenID provider, with its own development pages: any name and password gets in.
// PORT: where it listens. AT_TTL: how long access tokens are good, in seconds.
// STRICT: requests must be pushed, tokens are bound to the key of who shows one, and every proof needs the server's nonce.
// DEX: the issuer of a dex that lets this provider sign its people in. SECRET: what dex authenticates with.
import { Provider } from 'oidc-provider';

const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;

const strict = Boolean(process.env.STRICT);

const account = (id) => ({
  accountId: id,
  claims: async () => ({ sub: id, name: id, email: `${id}@example.test`, email_verified: true }),
});

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'desktop',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://localhost/callback'],
  }, ...(process.env.DEX ? [{
    client_id: 'dex',
    client_secret: process.env.SECRET,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [`${process.env.DEX}/callback`],
  }] : [])],
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: async (ctx, id) => account(id),
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: strict, requirePushedAuthorizationRequests: strict },
    dPoP: { enabled: strict, nonceSecret: Buffer.alloc(32, 'n'), requireNonce: () => true },
  },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: Number(process.env.AT_TTL || 60), AuthorizationCode: 60, DeviceCode: 300, IdToken: 300,
    RefreshToken: 86400, Session: 86400, Grant: 86400, Interaction: 600,
  },
  cookies: { keys: ['a key for tests'] },
});

provider.on('server_error', (ctx, error) => console.error('server_error', error));
for (const event of ['grant.success', 'grant.revoked', 'refresh_token.destroyed', 'grant.error',
  'pushed_authorization_request.success', 'pushed_authorization_request.error', 'authorization.accepted', 'userinfo.error']) {
  provider.on(event, (ctx, error) => console.log(event, ctx?.oidc?.params?.grant_type ?? '', error?.error ?? ''));
}
provider.listen(port, '127.0.0.1', () => console.log('ready', issuer));
