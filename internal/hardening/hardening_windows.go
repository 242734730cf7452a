package hardening

import "golang.org/x/sys/windows"

// werNoHeap is WER_FAULT_REPORTING_FLAG_NOHEAP: an error report holds no heap.
const werNoHeap = 1

func noDumps() (undo func()) {
	// Not every edition has the function; without it the system's own choice stays.
	if proc := windows.NewLazySystemDLL("kernel32.dll").NewProc("WerSetFlags"); proc.Find() == nil {
		_, _, _ = proc.Call(werNoHeap)
	}
	before := windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX)
	return func() { windows.SetErrorMode(before) }
}

func seal() {}
