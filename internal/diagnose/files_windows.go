package diagnose

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// The folder's own access list decides on Windows; it comes from the user's profile.

func owned(fs.FileInfo) bool { return true }

func ours(string) bool { return true }

func open(fs.FileInfo) bool { return false }

func asRoot() bool { return false }

// writable makes a file in the folder and removes it: nothing else tells for certain here.
func writable(folder string) bool {
	f, err := os.CreateTemp(folder, "latchkey-look-*")
	if err != nil {
		return false
	}
	_ = f.Close()
	return os.Remove(f.Name()) == nil
}

// freeSpace returns what this user may still write.
func freeSpace(folder string) (bytes uint64, ok bool) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, false
	}
	err = windows.GetDiskFreeSpaceEx(name, &bytes, nil, nil)
	return bytes, err == nil
}
