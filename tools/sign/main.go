// Command sign makes the key pair and the signatures of docs/updates.md.
//
//	cd tools && go run ./sign -new KEYFILE       makes a key, prints what belongs into the settings
//	cd tools && go run ./sign KEYFILE MANIFEST   writes MANIFEST.sig
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: sign -new KEYFILE, or sign KEYFILE MANIFEST")
	}
	var err error
	if os.Args[1] == "-new" {
		err = create(os.Args[2])
	} else {
		err = sign(os.Args[1], os.Args[2])
	}
	if err != nil {
		log.Fatal(err)
	}
}

// create writes the seed of a new key to a file that nobody else can read, and none is replaced.
func create(file string) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(f, base64.StdEncoding.EncodeToString(private.Seed())); err != nil {
		return err
	}
	fmt.Printf("key = %q\n", base64.StdEncoding.EncodeToString(public))
	return f.Close()
}

func sign(keyFile, manifest string) error {
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return fmt.Errorf("%s holds no key", keyFile)
	}
	content, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), content)
	return os.WriteFile(manifest+".sig", []byte(base64.StdEncoding.EncodeToString(signature)+"\n"), 0o644)
}
