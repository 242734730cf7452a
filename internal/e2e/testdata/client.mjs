// The client of @openid4vc/oauth2 signs in at a challenge endpoint that is ours. Arguments: issuer, client ID, user name.
// One line on stdin holds the password and, after a space, the code. It prints what the server said at each step.
import crypto from 'node:crypto';
import { createInterface } from 'node:readline';
import { setGlobalConfig } from '@openid4vc/utils';
import { clientAuthenticationNone, Oauth2Client, Oauth2ClientAuthorizationChallengeError } from '@openid4vc/oauth2';

setGlobalConfig({ allowInsecureUrls: true }); // loopback
const [issuer, clientId, username] = process.argv.slice(2);
const [line] = await new Promise((resolve) => createInterface({ input: process.stdin }).once('line', (l) => resolve([l])));
const [password, otp] = line.split(' ');

const client = new Oauth2Client({
  callbacks: {
    hash: (data, algorithm) => crypto.createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: (size) => crypto.randomBytes(size),
    signJwt: async () => { throw new Error('not needed here'); },
    clientAuthentication: clientAuthenticationNone({ clientId }),
    fetch,
  },
});
const metadata = await client.fetchAuthorizationServerMetadata(issuer);

let authSession;
let pkceCodeVerifier;
async function step(what, additionalRequestPayload) {
  try {
    const answer = await client.sendAuthorizationChallengeRequest({
      authorizationServerMetadata: metadata, authSession, pkceCodeVerifier, scope: 'openid profile email',
      additionalRequestPayload: { response_type: 'code', ...additionalRequestPayload },
    });
    pkceCodeVerifier = answer.pkce?.codeVerifier ?? pkceCodeVerifier;
    console.log(what, 'code');
    return answer.authorizationChallengeResponse.authorization_code;
  } catch (error) {
    if (!(error instanceof Oauth2ClientAuthorizationChallengeError)) throw error;
    console.log(what, error.errorResponse.error);
    authSession = error.errorResponse.auth_session;
    return undefined;
  }
}

pkceCodeVerifier = crypto.randomBytes(32).toString('base64url');
await step('nothing', {});
await step('password', { username, password });
const code = await step('code', { otp });
const { accessTokenResponse } = await client.retrieveAuthorizationCodeAccessToken({
  authorizationServerMetadata: metadata, authorizationCode: code, pkceCodeVerifier,
});
console.log('token', accessTokenResponse.token_type);
