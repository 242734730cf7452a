package ui

// askCapsLock asks the system whether Caps Lock is on, where that is simple, and tells on the window's goroutine.
func askCapsLock(post func(func()), tell func(on bool)) {
	go func() {
		if on, known := capsLock(); known {
			post(func() { tell(on) })
		}
	}()
}
