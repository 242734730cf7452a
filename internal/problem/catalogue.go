package problem

import (
	"iter"
	"maps"
	"slices"
)

// Codes of this program itself.
const (
	UnexpectedError Code = "unexpected"
	WrongUsage      Code = "wrong-usage"
	ReportExists    Code = "report-exists"
	ReportNotSaved  Code = "report-not-saved"
)

// Codes of the settings.
const (
	SettingsUnreadable Code = "settings-unreadable"
	SettingsSyntax     Code = "settings-syntax"
	SettingsUnknownKey Code = "settings-unknown-key"
	SettingsWrongType  Code = "settings-wrong-type"
	SettingsBadValue   Code = "settings-bad-value"
	SettingsLocked     Code = "settings-locked"
	SettingsNotSaved   Code = "settings-not-saved"
	SettingsDoubtful   Code = "settings-doubtful"
	OrgUnknown         Code = "organization-unknown"
	OrgMissing         Code = "organization-missing"
)

// Codes of the network and of servers that cannot be spoken to.
const (
	NameNotFound      Code = "name-not-found"
	ConnectionRefused Code = "connection-refused"
	ConnectionBroken  Code = "connection-broken"
	Offline           Code = "offline"
	TimedOut          Code = "timed-out"
	TLSExpired        Code = "certificate-expired"
	TLSNotYetValid    Code = "certificate-not-yet-valid"
	TLSWrongName      Code = "certificate-wrong-name"
	TLSUntrusted      Code = "certificate-untrusted"
	TLSFailed         Code = "secure-connection-failed"
	ProxyFailed       Code = "proxy-failed"
	ProxyPassword     Code = "proxy-password"
	ProxyScriptFailed Code = "proxy-script-failed"
	NoFreePort        Code = "no-free-port"
	NetworkPage       Code = "network-page"
	ServerUnavailable Code = "server-unavailable"
	ServerAnswer      Code = "server-answer"
	AnswerTooLarge    Code = "answer-too-large"
	RedirectRefused   Code = "redirect-refused"
)

// Codes of faults of the network that only a diagnosis tells apart.
const (
	NoWay           Code = "no-way-to-server"
	IPv4Broken      Code = "ipv4-broken"
	IPv6Broken      Code = "ipv6-broken"
	NameServiceDead Code = "name-service-dead"
	NameServiceSlow Code = "name-service-slow"
	NameUnusual     Code = "name-unusual"
	NamesMadeUp     Code = "names-made-up"
	AddressBroken   Code = "address-broken"
	ConnectionSlow  Code = "connection-slow"
	ServerSlow      Code = "server-slow"
	TLSIntercepted  Code = "connection-read"
	TLSUnusual      Code = "certificate-unusual"
)

// Codes of a sign-in server whose description or behaviour cannot be trusted.
const (
	NotASignInServer   Code = "not-a-sign-in-server"
	IssuerMismatch     Code = "issuer-mismatch"
	EndpointUnsafe     Code = "endpoint-unsafe"
	PKCEUnsupported    Code = "pkce-unsupported"
	AnswerMalformed    Code = "answer-malformed"
	AnswerIssMissing   Code = "answer-issuer-missing"
	AnswerIssMismatch  Code = "answer-issuer-mismatch"
	TokenMalformed     Code = "token-malformed"
	TokenNotBound      Code = "token-not-bound"
	KeyRefused         Code = "key-refused"
	IDTokenMissing     Code = "id-token-missing"
	IDTokenInvalid     Code = "id-token-invalid"
	AccountMismatch    Code = "account-mismatch"
	WhoAmIFailed       Code = "who-am-i-failed"
	WrongOrganization  Code = "wrong-organization"
	MethodNotAvailable Code = "method-not-available"
)

// Codes of a sign-in that was refused or not finished.
const (
	CredentialsRefused  Code = "credentials-refused"
	CredentialsNeeded   Code = "credentials-needed"
	CodeRefused         Code = "code-refused"
	CodeExpired         Code = "code-expired"
	CodeUsed            Code = "code-used"
	CodeShape           Code = "code-shape"
	AccountLocked       Code = "account-locked"
	AccountDisabled     Code = "account-disabled"
	TooManyTries        Code = "too-many-tries"
	SignInTimedOut      Code = "sign-in-timed-out"
	Denied              Code = "denied"
	InteractionRequired Code = "interaction-required"
	AppNotAllowed       Code = "app-not-allowed"
	AppUnknown          Code = "app-unknown"
	RequestRefused      Code = "request-refused"
	ScopeRefused        Code = "scope-refused"
	SignInRefused       Code = "sign-in-refused"
	CodeExchangeRefused Code = "code-exchange-refused"
	BrowserNotOpened    Code = "browser-not-opened"
	BrowserNotReturned  Code = "browser-not-returned"
	AddressNotOurs      Code = "address-not-ours"
	PortUnavailable     Code = "port-unavailable"
	DeviceExpired       Code = "device-expired"
	AccessLimited       Code = "access-limited"
	GivenUp             Code = "given-up"

	CredentialsOrCodeRefused Code = "credentials-or-code-refused"
	RecoveryRefused          Code = "recovery-code-refused"
	CodeNotSent              Code = "code-not-sent"
	ResendTooSoon            Code = "resend-too-soon"
	ApprovalRefused          Code = "approval-refused"
	ApprovalExpired          Code = "approval-expired"
	PasswordTooWeak          Code = "password-too-weak"
	PasswordKnown            Code = "password-known"
	PasswordReused           Code = "password-reused"
	AccountInactive          Code = "account-inactive"
	AccountDeleted           Code = "account-deleted"
	AccountElsewhere         Code = "account-elsewhere"
	TenantUnknown            Code = "tenant-unknown"
	CompanyOnly              Code = "company-only"
	AddressRefused           Code = "address-refused"
	ConditionsRefused        Code = "conditions-refused"
	ConsentRefused           Code = "consent-refused"
	LookAlike                Code = "look-alike-address"
	IssuerChanged            Code = "issuer-changed"
	UpdateRefused            Code = "update-refused"
)

// Codes of what is kept.
const (
	NotSignedIn      Code = "not-signed-in"
	SessionEnded     Code = "session-ended"
	StepWanted       Code = "step-wanted"
	RefreshBusy      Code = "refresh-busy"
	SignOutPartly    Code = "sign-out-partly"
	KeychainMissing  Code = "keychain-missing"
	KeychainLocked   Code = "keychain-locked"
	KeychainTimeout  Code = "keychain-timeout"
	KeychainFailed   Code = "keychain-failed"
	KeychainNotSaved Code = "keychain-not-saved"
	KeychainTooSmall Code = "keychain-too-small"
	KeychainDamaged  Code = "keychain-damaged"
	KeychainForeign  Code = "keychain-foreign"
	KeychainSlow     Code = "keychain-slow"
	StateUnwritable  Code = "state-unwritable"
	AccountsDamaged  Code = "accounts-damaged"
	FilesExposed     Code = "files-exposed"
	DiskFull         Code = "disk-full"
)

// Codes of this computer.
const (
	NoDesktop       Code = "no-desktop"
	NoGraphics      Code = "no-graphics"
	LoopbackBlocked Code = "loopback-blocked"
)

// Codes of a diagnosis: what stands beside the sign-in server.
const (
	ServerRefuses            Code = "server-refuses"
	APIUnreachable           Code = "api-unreachable"
	WorkspaceUnreachable     Code = "workspace-unreachable"
	NotificationsUnreachable Code = "notifications-unreachable"
	WebSocketBlocked         Code = "web-socket-blocked"
	VoiceBlocked             Code = "voice-blocked"
	VoiceDetour              Code = "voice-detour"
	ClockWrong               Code = "clock-wrong"
	ClockUnsteady            Code = "clock-unsteady"
	TimeZoneWrong            Code = "time-zone-wrong"
	TimeDisputed             Code = "time-disputed"
	ServiceOutage            Code = "service-outage"
	ServiceDegraded          Code = "service-degraded"
	ServiceMaintenance       Code = "service-maintenance"
)

type entry struct {
	kind            Kind
	again           bool
	title, why, fix string
}

// All yields every code in the catalogue with its problem, sorted by code.
func All() iter.Seq2[Code, *Problem] {
	return func(yield func(Code, *Problem) bool) {
		for _, code := range slices.Sorted(maps.Keys(catalogue)) {
			if !yield(code, New(code)) {
				return
			}
		}
	}
}
