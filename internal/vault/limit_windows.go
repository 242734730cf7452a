package vault

// Limit is the most bytes of an item: what the Credential Manager takes (CRED_MAX_CREDENTIAL_BLOB_SIZE).
const Limit = 2560
