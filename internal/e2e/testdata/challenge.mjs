// oidc-provider with an authorization challenge endpoint (OAuth 2.0 for First-Party Applications) in front of it, whose
// requests are read and answers written by @openid4vc/oauth2, an implementation of the draft that is not ours. Who may
// sign in, and the state between two steps, are of this file.
// PORT: where it listens. alice / password1 has an authenticator app, bob / password1 has none.
import crypto from 'node:crypto';
import { Provider } from 'oidc-provider';
import { Oauth2AuthorizationServer } from '@openid4vc/oauth2';

const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;
const users = {
  alice: { password: 'password1', totp: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
  bob: { password: 'password1' },
};

// RFC 6238, SHA-1, six digits, thirty seconds, one step to either side.
function decode32(text) {
  const bits = [...text].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
function code(secret, seconds) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const sum = crypto.createHmac('sha1', decode32(secret)).update(counter).digest();
  const at = sum[19] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}
const rightCode = (secret, given) => [-30, 0, 30].some((off) => code(secret, Date.now() / 1000 + off) === given);

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'desktop',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1/callback'],
  }],
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  findAccount: async (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, name: id, email: `${id}@example.test` }),
  }),
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  discovery: { authorization_challenge_endpoint: `${issuer}/authorize-challenge` },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
});

const draft = new Oauth2AuthorizationServer({
  callbacks: {
    hash: (data, algorithm) => crypto.createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: (size) => crypto.randomBytes(size),
    verifyJwt: async () => ({ verified: false }),
    signJwt: async () => { throw new Error('not needed here'); },
    fetch,
  },
});
const sessions = new Map();

async function form(request) {
  let text = '';
  for await (const part of request) text += part;
  return Object.fromEntries(new URLSearchParams(text));
}

provider.use(async (ctx, next) => {
  if (ctx.path !== '/authorize-challenge' || ctx.method !== 'POST') return next();
  const given = await form(ctx.req);
  ctx.set('cache-control', 'no-store');
  const refuse = (status, answer) => {
    ctx.status = status;
    ctx.body = draft.createAuthorizationChallengeErrorResponse(answer);
  };
  try {
    draft.parseAuthorizationChallengeRequest({
      authorizationChallengeRequest: given,
      request: { url: ctx.href, method: 'POST', headers: new Headers(ctx.headers) },
    });
  } catch (error) {
    return refuse(400, { error: 'invalid_request', errorDescription: error.message });
  }

  const session = given.auth_session ? sessions.get(given.auth_session) : {
    clientId: given.client_id, scope: given.scope ?? 'openid', nonce: given.nonce,
    codeChallenge: given.code_challenge, codeChallengeMethod: given.code_challenge_method,
  };
  if (!session) return refuse(400, { error: 'invalid_session' });
  sessions.delete(given.auth_session);
  const client = await provider.Client.find(session.clientId);
  if (!client) return refuse(401, { error: 'invalid_client' });
  const more = (required, errorDescription) => {
    const authSession = crypto.randomBytes(24).toString('base64url');
    sessions.set(authSession, session);
    refuse(400, {
      error: 'insufficient_authorization', errorDescription, authSession, additionalPayload: required && { required },
    });
  };

  if (given.username) {
    if (users[given.username]?.password !== given.password) return more(undefined, 'bad credentials');
    session.user = given.username;
  }
  if (!session.user) return more(['username', 'password']);
  const { totp } = users[session.user];
  if (totp && !(given.otp && rightCode(totp, given.otp))) return more(['otp'], given.otp ? 'bad otp' : 'otp required');

  const grant = new provider.Grant({ accountId: session.user, clientId: session.clientId });
  grant.addOIDCScope(session.scope);
  const authorizationCode = new provider.AuthorizationCode({
    accountId: session.user, client, grantId: await grant.save(), scope: session.scope, nonce: session.nonce,
    codeChallenge: session.codeChallenge, codeChallengeMethod: session.codeChallengeMethod,
    redirectUri: client.redirectUris[0], authTime: Math.floor(Date.now() / 1000), amr: ['pwd'],
  });
  ctx.body = draft.createAuthorizationChallengeResponse({ authorizationCode: await authorizationCode.save() })
    .authorizationChallengeResponse;
});

provider.on('server_error', (ctx, error) => console.error('server_error', error));
provider.on('grant.error', (ctx, error) => console.error('grant.error', error.message, error.error_detail ?? ''));
provider.listen(port, '127.0.0.1', () => console.log('ready', issuer));
