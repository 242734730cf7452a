package oauth

// ChallengeParameter is challengeParameter.
func ChallengeParameter(headers []string, scheme, name string) string {
	return challengeParameter(headers, scheme, name)
}
