package vault

import (
	"errors"
	"io/fs"
	"time"

	"golang.org/x/sys/windows"
)

// hasModes says that permission bits mean something here: on Windows the folder's own access list counts.
const hasModes = false

const openCarefully = 0

func ownedByUser(fs.FileInfo) bool { return true }

func hardLinked(fs.FileInfo) bool { return false }

func syncDir(string) {}

// patiently does f again while another process, or a virus scanner, has the file open: Windows does not let a file be
// replaced then.
func patiently(f func() error) (err error) {
	for range 50 {
		err = f()
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
