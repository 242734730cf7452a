package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// key is one setting of an organisation.
type key struct {
	name    string
	example string // as it is written in the file
	server  bool   // says where the server is; with the policy, all or nothing
	field   func(*Organization) any
	check   func(string) error // of a text; nil: any
}

// keys are all settings of an organisation, in the order they are written.
var keys = []key{
	{"name", `name = "Acme Contact Center"`, false, func(o *Organization) any { return &o.Name }, shown},
	{"issuer", `issuer = "https://login.acme.example"`, true, func(o *Organization) any { return &o.Issuer }, issuer},
	{"region", `region = "euw2"`, true, func(o *Organization) any { return &o.Region }, region},
	{"client_id", `client_id = "latchkey"`, false, func(o *Organization) any { return &o.ClientID }, printable},
	{"client_secret", `client_secret = "…"`, false, func(o *Organization) any { return &o.ClientSecret }, printable},
	{"company", `company = "Acme"`, false, func(o *Organization) any { return &o.Company }, shown},
	{"org", `org = "acme"`, false, func(o *Organization) any { return &o.Org }, shortName},
	{"provider", `provider = "okta"`, false, func(o *Organization) any { return &o.Provider }, oneOf("okta", "adfs", "salesforce", "onelogin", "gsuite", "ping")},
	{"status_url", `status_url = "https://status.acme.example"`, false, func(o *Organization) any { return &o.StatusURL }, address},
	{"credentials", `credentials = "auto"`, false, func(o *Organization) any { return &o.Credentials }, oneOf("auto", "off", "auth0", "okta", "keycloak")},
	{"profile", `profile = "draft"`, false, func(o *Organization) any { return &o.Profile }, oneOf("draft", "janssen", "a12n")},
	{"scopes", `scopes = ["openid", "profile"]`, false, func(o *Organization) any { return &o.Scopes }, scope},
	{"redirect_host", `redirect_host = "127.0.0.1"`, false, func(o *Organization) any { return &o.RedirectHost }, oneOf("127.0.0.1", "::1", "localhost")},
	{"redirect_port", `redirect_port = 8085`, false, func(o *Organization) any { return &o.RedirectPort }, nil},
	{"acr_values", `acr_values = "basic"`, false, func(o *Organization) any { return &o.ACRValues }, printable},
	{"forgot_password", `forgot_password = "https://login.acme.example/forgot"`, false, func(o *Organization) any { return &o.ForgotPassword }, page},
	{"forgot_return", `forgot_return = true`, false, func(o *Organization) any { return &o.ForgotReturn }, nil},
	{"workspace_url", `workspace_url = "https://desk.acme.example"`, false, func(o *Organization) any { return &o.WorkspaceURL }, page},
	{"dpop", `dpop = "auto"`, false, func(o *Organization) any { return &o.DPoP }, oneOf("auto", DPoPOff)},
	{"audience", `audience = "https://api.acme.example"`, false, func(o *Organization) any { return &o.Audience }, printable},
	{"realm", `realm = "employees"`, false, func(o *Organization) any { return &o.Realm }, printable},
	{"contact", `contact = "it@acme.example"`, false, func(o *Organization) any { return &o.Contact }, contact},
	{"two_step_url", `two_step_url = "https://login.acme.example/two-step"`, false, func(o *Organization) any { return &o.TwoStepURL }, page},
	{"time_servers", `time_servers = ["time.acme.example"]`, false, func(o *Organization) any { return &o.TimeServers }, server},
	{"voice_servers", `voice_servers = ["stun.acme.example:3478"]`, false, func(o *Organization) any { return &o.VoiceServers }, server},
	{"authorization_endpoint", `authorization_endpoint = "https://login.acme.example/authorize"`, true, func(o *Organization) any { return &o.Endpoints.Authorization }, address},
	{"token_endpoint", `token_endpoint = "https://login.acme.example/token"`, true, func(o *Organization) any { return &o.Endpoints.Token }, address},
	{"authorization_challenge_endpoint", `authorization_challenge_endpoint = "https://login.acme.example/challenge"`, true, func(o *Organization) any { return &o.Endpoints.AuthorizationChallenge }, address},
	{"device_authorization_endpoint", `device_authorization_endpoint = "https://login.acme.example/device"`, true, func(o *Organization) any { return &o.Endpoints.DeviceAuthorization }, address},
	{"revocation_endpoint", `revocation_endpoint = "https://login.acme.example/revoke"`, true, func(o *Organization) any { return &o.Endpoints.Revocation }, address},
	{"userinfo_endpoint", `userinfo_endpoint = "https://login.acme.example/userinfo"`, true, func(o *Organization) any { return &o.Endpoints.UserInfo }, address},
	{"api_url", `api_url = "https://api.acme.example"`, true, func(o *Organization) any { return &o.Endpoints.API }, address},
	{"login_url", `login_url = "https://login.acme.example"`, true, func(o *Organization) any { return &o.Endpoints.Login }, address},
}

func findKey(name string) (key, bool) {
	i := slices.IndexFunc(keys, func(k key) bool { return k.name == name })
	if i < 0 {
		return key{}, false
	}
	return keys[i], true
}

func keyNames() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

var errWrongType = errors.New("wrong type")

// read checks a value of a file and puts it into o. The error is errWrongType, or says in a few words what is wrong.
func (k key) read(o *Organization, value any) error {
	switch to := k.field(o).(type) {
	case *string:
		text, err := k.text(value)
		*to = text
		return err
	case *Credentials:
		text, err := k.text(value)
		*to = Credentials(text)
		return err
	case *bool:
		yes, ok := value.(bool)
		if !ok {
			return errWrongType
		}
		*to = yes
		return nil
	case *int:
		number, ok := value.(int64)
		if !ok {
			return errWrongType
		}
		if number < 0 || number > 65535 {
			return errors.New("is not a port: a number from 1 to 65535, or 0 for any")
		}
		*to = int(number)
		return nil
	case *[]string:
		list, ok := value.([]any)
		if !ok {
			return errWrongType
		}
		for _, item := range list {
			text, err := k.text(item)
			if err != nil {
				return err
			}
			if slices.Contains(*to, text) {
				return fmt.Errorf("names %s twice", quoted(text))
			}
			*to = append(*to, text)
		}
		return nil
	}
	panic("config: no such kind of setting: " + k.name)
}

func (k key) text(value any) (string, error) {
	text, ok := value.(string)
	if !ok {
		return "", errWrongType
	}
	if err := plain(text); err != nil {
		return "", err
	}
	return text, k.check(text)
}

// write returns the line of a file that reads as o's value; "" when there is nothing to write.
func (k key) write(o *Organization) string {
	var value string
	switch from := k.field(o).(type) {
	case *string:
		value = tomlText(*from)
	case *Credentials:
		value = tomlText(string(*from))
	case *bool:
		if *from {
			value = "true"
		}
	case *int:
		if *from != 0 {
			value = fmt.Sprint(*from)
		}
	case *[]string:
		var items []string
		for _, item := range *from {
			items = append(items, tomlText(item))
		}
		if len(items) > 0 {
			value = "[" + strings.Join(items, ", ") + "]"
		}
	}
	if value == "" {
		return ""
	}
	return k.name + " = " + value
}

// tomlText writes a basic string, and nothing for an empty one. What a setting may not hold is left to reading it.
func tomlText(text string) string {
	if text == "" {
		return ""
	}
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\u%04X`, r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}
